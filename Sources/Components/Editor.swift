public import Telemetry

/// The part of an editing processor that is its own: what is to be changed in batches.
///
/// An editor sees no batches. `EditingProcessor` makes a processor of it, and the graph runs the programs
/// of editors that follow one another in one pass.
public protocol Editor: Component {
  /// What the next batch is rewritten by. Any shard may ask.
  var program: RewriteProgram { get }

  /// Whether another program may take its place while the processor runs.
  var changesProgram: Bool { get }

  /// How far the editor's programs go, those to come too.
  var reach: RewriteReach { get }

  /// Counts and logs what the program could not do in a batch that was handed on. Any shard may call.
  func note(_ failures: [RewriteFailure])
}

extension Editor {
  /// It is the same for all batches.
  public var changesProgram: Bool { false }
}
