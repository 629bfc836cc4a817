extension ProcessTable {
  /// Has a process of this table have the resource of another, of which the caller knows that it is the same.
  public func share(_ resource: ProcessResource, with entry: ProcessEntry) {
    entry.state.cachedResource = resource
  }
}
