internal import Glibc

/// The values of `error.type` for the error numbers of sockets.
enum NetworkError {
  /// The name of an error number; nil where it is not one that sockets know.
  static func name(of number: UInt16) -> StaticString? {
    switch Int32(number) {
    case ECONNREFUSED: "connection_refused"
    case ECONNRESET: "connection_reset"
    case ECONNABORTED: "connection_aborted"
    case ETIMEDOUT: "timed_out"
    case EHOSTUNREACH: "host_unreachable"
    case ENETUNREACH: "net_unreachable"
    case EHOSTDOWN: "host_down"
    case ENETDOWN: "net_down"
    case EADDRNOTAVAIL: "address_not_available"
    case EADDRINUSE: "address_in_use"
    case ECANCELED: "canceled"
    case EPIPE: "broken_pipe"
    case EMSGSIZE: "message_too_long"
    case EACCES, EPERM: "permission_denied"
    case ENOPROTOOPT: "protocol_unreachable"
    case EPROTO: "protocol_error"
    case ENOBUFS, ENOMEM: "no_memory"
    default: nil
    }
  }

  /// The name for the attribute: that of the error, or its number.
  static func text(of number: UInt16) -> String {
    name(of: number).map { "\($0)" } ?? "errno_\(number)"
  }
}
