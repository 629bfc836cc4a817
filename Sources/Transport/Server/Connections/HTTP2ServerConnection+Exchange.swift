internal import Bytes
internal import HTTPTypes

extension HTTP2ServerConnection: HTTPExchangeOwner {
  func continueBody(of exchange: HTTPExchange) {
    guard exchange.head.fields.first("expect", is: "100-continue") else { return }
    // HTTP/2 clients may send before it comes, and nearly all do: flow control does its work.
  }

  func respond(
    to exchange: HTTPExchange, _ head: HTTPResponseHead, body: [ByteSlice], trailers: HTTPFields?
  ) {
    var head = head
    book.date(&head.fields)
    if head.status != 204, head.status != 304 {
      head.fields.append("content-length", String(body.reduce(0) { $0 + $1.count }))
    }
    let isHead = exchange.head.method == "HEAD"
    respond(on: exchange.stream, head, body: isHead ? [] : body, trailers: trailers)
  }
}
