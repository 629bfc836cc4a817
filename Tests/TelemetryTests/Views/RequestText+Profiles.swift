import Telemetry

extension RequestText {
  mutating func addProfiles(_ group: borrowing ScopeGroupView) {
    var profiles = group.profiles
    while let profile = profiles.next() {
      line(
        "profile", "\(profile.time)", "\(profile.duration)", "\(profile.period)",
        hex(profile.profileID), "\(profile.droppedAttributeCount)")
      var samples = profile.samples
      while let sample = samples.next() {
        line(
          "sample", "\(sample.stackIndex)", "\(sample.linkIndex)", signed(sample.values),
          numbers(sample.attributeIndices))
      }
    }
  }

  mutating func add(_ dictionary: borrowing ProfilesDictionaryView) {
    var strings = "strings"
    var texts = dictionary.strings
    while let view = texts.next() { strings += "|" + text(view.bytes) }
    line(strings)
    addBinaries(dictionary)
    var links = dictionary.links
    while let view = links.next() { line("link", hex(view.traceID), hex(view.spanID)) }
    var attributes = dictionary.attributes
    while let view = attributes.next() {
      var shown = "nil"
      if let inner = view.value { shown = value(inner) }
      line("attribute", "\(view.keyIndex)", shown, "\(view.unitIndex)")
    }
  }

  private mutating func addBinaries(_ dictionary: borrowing ProfilesDictionaryView) {
    var mappings = dictionary.mappings
    while let view = mappings.next() {
      line(
        "mapping", "\(view.memoryStart)", "\(view.memoryLimit)", "\(view.fileOffset)",
        "\(view.filenameIndex)")
    }
    var locations = dictionary.locations
    while let view = locations.next() {
      var parts: [String] = []
      var lines = view.lines
      while let inner = lines.next() {
        parts.append("\(inner.functionIndex):\(inner.line):\(inner.column)")
      }
      line("location", "\(view.mappingIndex)", "\(view.address)", parts.joined(separator: ","))
    }
    var functions = dictionary.functions
    while let view = functions.next() { line("function", "\(view.nameIndex)", "\(view.startLine)") }
  }
}
