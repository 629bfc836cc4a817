internal import Compression
internal import Configuration
internal import Sockets

/// How request bodies are compressed on their way to a backend.
enum ClientCompression: String, CaseIterable {
  case gzip
  case zstd
  case snappy
  case zlib
  case deflate
  case lz4
  case none
  case empty = ""

  /// The codec; nil sends bodies as they are.
  var codec: CompressionCodec? {
    switch self {
    case .gzip: .gzip
    case .zstd: .zstd
    case .snappy: .snappy
    case .zlib: .zlib
    case .deflate: .deflate
    case .lz4: .lz4
    case .none, .empty: nil
    }
  }
}

/// Options that the two OTLP exporters read alike.
enum ClientOptions {
  /// Reads `tls`; says whether it allows plain text.
  ///
  /// A client is encrypted unless the user says otherwise, and this build cannot encrypt.
  static func allowsPlainText(_ section: ConfigSection) -> Bool {
    guard let tls = section.section("tls") else { return false }
    let isInsecure = tls.bool("insecure", default: false)
    if isInsecure {
      // Written beside `insecure: true` these have no effect in the reference collector either.
      for key in tlsKeys { _ = tls.node(key) }
      tls.finish()
    } else {
      for key in tls.keys { _ = tls.node(key) }
    }
    return isInsecure
  }

  /// The keys of the reference collector's TLS section but for `insecure`.
  private static let tlsKeys = [
    "ca_file", "ca_pem", "cert_file", "cert_pem", "cipher_suites", "curve_preferences",
    "include_insecure_cipher_suites", "include_system_ca_certs_pool", "insecure_skip_verify",
    "key_file", "key_pem", "max_version", "min_version", "reload_interval", "server_name_override",
    "tpm",
  ]

  /// Says that the exporter would have to encrypt, and what to write instead.
  static func refuseEncryption(_ section: ConfigSection, _ key: String, _ scheme: String) {
    section.problem(
      key,
      "\(scheme) needs TLS, which is not in this build; for a backend in plain text write "
        + "tls: {insecure: true}, or an http:// endpoint")
  }

  /// Refuses options whose effect this build has not.
  static func refuseUnavailable(_ section: ConfigSection, _ keys: [String]) {
    section.refuse(keys.map { ($0, "\($0) is not in this build; remove the key") })
  }

  /// Reads options that tune what this collector does by itself, so that they change nothing.
  static func acceptWithoutEffect(_ section: ConfigSection, _ keys: [String]) {
    for key in keys { _ = section.node(key) }
  }
}
