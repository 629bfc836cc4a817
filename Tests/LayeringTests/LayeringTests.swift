import Testing

@Suite struct LayeringTests {
  let tree = SourceTree()

  /// The imports in Sources of every Swift module, with the importing module.
  private var imports: [(module: String, line: ImportLine)] {
    tree.swiftModules.flatMap { module in
      tree.imports(below: "Sources/\(module)").map { (module, $0) }
    }
  }

  @Test("the tree is where this test looks for it")
  func treeIsFound() {
    #expect(tree.swiftModules.contains("Bytes"))
    #expect(tree.cModules.contains("CLinux"))
    #expect(imports.count > 10)
  }

  @Test("every Swift module has its place in the table of layers")
  func everyModuleHasALayer() {
    #expect(tree.swiftModules.filter { Layers.row(of: $0) == nil } == [])
  }

  @Test("a module imports only modules of lower layers, and no component the graph")
  func importsPointDown() {
    let ours = Set(tree.swiftModules)
    let wrong = imports.filter { module, line in
      ours.contains(line.module) && !Layers.allows(module, line.module)
    }
    #expect(wrong.map(\.line.description) == [])
  }

  @Test("the manifest's dependencies point down too")
  func dependenciesPointDown() throws {
    let text = try #require(tree.text(of: "Package.swift"))
    let dependencies = Manifest.dependencies(in: text)
    #expect(dependencies["Bytes"] == [])
    let wrong = dependencies.flatMap { module, names in
      names.filter { Layers.row(of: $0) != nil && !Layers.allows(module, $0) }.map {
        "\(module) -> \($0)"
      }
    }
    #expect(wrong == [])
  }

  @Test("nothing is imported but our modules, a few of the toolchain's, and the argument parser")
  func importsAreKnown() {
    let known = Layers.toolchain.union(tree.modules)
    let wrong = imports.filter { module, line in
      !known.contains(line.module) && Layers.packages[module]?.contains(line.module) != true
    }
    #expect(wrong.map(\.line.description) == [])
  }

  @Test("protocol engines and bytes do not import Dispatch")
  func enginesImportNoDispatch() {
    let silent = Set(Layers.engines + ["Bytes", "HTTPTypes"])
    let wrong = imports.filter { silent.contains($0.module) && $0.line.module == "Dispatch" }
    #expect(wrong.map(\.line.description) == [])
  }

  @Test("a C module is imported by one Swift module only")
  func cModulesHaveOneImporter() {
    for cModule in tree.cModules {
      let importers = Set(imports.filter { $0.line.module == cModule }.map(\.module))
      #expect(importers.count <= 1, "\(cModule) is imported by \(importers.sorted())")
    }
  }

  @Test("a C module is always an internal import")
  func cModulesAreInternalImports() {
    let cModules = Set(tree.cModules)
    let wrong = imports.filter {
      cModules.contains($0.line.module) && $0.line.modifiers != ["internal"]
    }
    #expect(wrong.map(\.line.description) == [])
  }
}
