internal import Configuration
internal import Telemetry

/// The options of the `resource` processor.
struct ResourceConfig: ConfigDecodable {
  /// What is done with the attributes of resources.
  let edits: [AttributeEdit]

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    edits = AttributeActions("attributes", of: section).edits
    section.finish()
  }

  /// What is run over every batch.
  var program: RewriteProgram { RewriteProgram([RewriteStage(.resource, edits)]) }
}
