internal import CLibbpf

/// A program's attachment to its hook; letting it go detaches the program.
@safe
public struct BPFLink: ~Copyable {
  private let raw: OpaquePointer

  /// The owner of a link that libbpf made.
  init(_ raw: OpaquePointer) {
    unsafe self.raw = raw
  }

  deinit {
    unsafe bpf_link__destroy(raw)
  }

  /// The link's file descriptor.
  var descriptor: Int32 { unsafe bpf_link__fd(raw) }
}
