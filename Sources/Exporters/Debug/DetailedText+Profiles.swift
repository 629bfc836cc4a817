internal import Bytes
internal import Telemetry

extension DetailedText {
  /// Appends the tables of a request, and keeps the attributes for the samples that name them.
  mutating func dictionary(_ dictionary: consuming ProfilesDictionaryView?) {
    profileAttributes = []
    guard let dictionary else { return }
    mappings(dictionary.mappings)
    locations(dictionary.locations)
    functions(dictionary.functions)
    var strings: [String] = []
    var texts = dictionary.strings
    while let string = texts.next() { strings.append(String(copying: string.bytes)) }
    attributes(dictionary.attributes, strings)
    links(dictionary.links)
    var isFirst = true
    texts = dictionary.strings
    while let string = texts.next() {
      if isFirst { text.line("String table:") }
      isFirst = false
      text.line("    ", string.bytes)
    }
    text.endItem()
  }

  private func mappings(_ mappings: consuming ViewCursor<MappingView>) {
    var index = 0
    while let mapping = mappings.next() {
      text.line("Mapping #\(index)")
      text.line("    Memory start: \(mapping.memoryStart)")
      text.line("    Memory limit: \(mapping.memoryLimit)")
      text.line("    File offset: \(mapping.fileOffset)")
      text.line("    File name: \(mapping.filenameIndex)")
      numbers("    Attributes: ", mapping.attributeIndices)
      text.endItem()
      index += 1
    }
  }

  private func locations(_ locations: consuming ViewCursor<LocationView>) {
    var index = 0
    while let location = locations.next() {
      text.line("Location #\(index)")
      text.line("    Mapping index: \(location.mappingIndex)")
      text.line("    Address: \(location.address)")
      var lines = location.lines
      var lineIndex = 0
      while let line = lines.next() {
        text.line("    Line #\(lineIndex)")
        text.line("        Function index: \(line.functionIndex)")
        text.line("        Line: \(line.line)")
        text.line("        Column: \(line.column)")
        lineIndex += 1
      }
      numbers("    Attributes: ", location.attributeIndices)
      text.endItem()
      index += 1
    }
  }

  private func functions(_ functions: consuming ViewCursor<FunctionView>) {
    var index = 0
    while let function = functions.next() {
      text.line("Function #\(index)")
      text.line("    Name: \(function.nameIndex)")
      text.line("    System name: \(function.systemNameIndex)")
      text.line("    Filename: \(function.filenameIndex)")
      text.line("    Start line: \(function.startLine)")
      text.endItem()
      index += 1
    }
  }

  private mutating func attributes(
    _ attributes: consuming ViewCursor<ProfileAttributeView>, _ strings: [String]
  ) {
    while let attribute = attributes.next() {
      if profileAttributes.isEmpty { text.line("Attribute table:") }
      text.line("     -> Key: Int(\(attribute.keyIndex))")
      text.add("     -> Value: ")
      text.value(attribute.value)
      text.endLine()
      text.line("     -> unit: Int(\(attribute.unitIndex))")
      let place = Int(attribute.keyIndex)
      let key = strings.indices.contains(place) ? strings[place] : "#\(place)"
      var line = ""
      let inner = DebugText { line += $0 }
      inner.add(key.utf8Span.span)
      inner.add(": ")
      inner.plain(attribute.value, depth: 0)
      inner.flush()
      profileAttributes.append(line)
      text.endItem()
    }
  }

  private func links(_ links: consuming ViewCursor<ProfileLinkView>) {
    var isFirst = true
    while let link = links.next() {
      if isFirst { text.line("Link table:") }
      isFirst = false
      text.add("     -> Trace ID: Str(")
      text.addHex(link.traceID)
      text.line(")")
      text.add("     -> Span ID: Str(")
      text.addHex(link.spanID)
      text.line(")")
      text.endItem()
    }
  }

  func profiles(_ profiles: consuming ViewCursor<ProfileView>) {
    var index = 0
    while let profile = profiles.next() {
      text.line("Profile #\(index)")
      text.line("    Profile ID     : ", hex: profile.profileID)
      text.line("    Start time     : " + DebugText.time(profile.time))
      text.line("    DurationNano   : \(profile.duration)")
      text.line("    Dropped attributes count: \(profile.droppedAttributeCount)")
      var samples = profile.samples
      var sampleIndex = 0
      while let sample = samples.next() {
        text.line("    Sample #\(sampleIndex)")
        numbers("        Values: ", sample.values)
        sampleAttributes(sample.attributeIndices)
        text.endItem()
        sampleIndex += 1
      }
      text.endItem()
      index += 1
    }
  }

  private func sampleAttributes(_ indices: consuming NumberCursor) {
    var isFirst = true
    while let index = indices.next() {
      if isFirst { text.line("        Attributes:") }
      isFirst = false
      let isKnown = index < UInt64(profileAttributes.count)
      text.line("             -> " + (isKnown ? profileAttributes[Int(index)] : "#\(index)"))
      text.endItem()
    }
  }

  /// A list as `[1 2 3]`.
  private func numbers(_ label: String, _ values: consuming NumberCursor) {
    text.add(label + "[")
    var isFirst = true
    while let value = values.nextInt64() {
      text.add(isFirst ? "\(value)" : " \(value)")
      isFirst = false
    }
    text.line("]")
  }
}
