internal import ArgumentParser
internal import Service

/// `swiftlet components`: lists what this build can be configured with.
struct ComponentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components", abstract: "Lists the components of this build as YAML.")

  func run() throws {
    Terminal.write(ComponentListing.yaml, to: .output)
  }
}
