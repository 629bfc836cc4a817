import Configuration
import Service
import Testing

@Suite struct ComponentListingTests {
  @Test("the listing is YAML that names every kind and the components of this build")
  func listing() throws {
    let problems = ConfigProblems()
    let root = try #require(
      ConfigNode(yaml: ComponentListing.yaml, source: "listing", problems: problems))
    #expect(problems.all.isEmpty)
    guard case .mapping(let entries) = root.content else {
      Issue.record("the listing is no mapping")
      return
    }
    let keys = entries.map(\.key)
    for key in ["buildinfo", "receivers", "processors", "exporters", "connectors", "extensions"] {
      #expect(keys.contains(key))
    }
    for name in ["otlp", "batch", "otlp_grpc", "otlp_http", "debug", "file", "nop"] {
      #expect(ComponentListing.yaml.contains("- name: \(name)\n"))
    }
  }
}
