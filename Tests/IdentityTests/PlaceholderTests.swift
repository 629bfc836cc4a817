import Testing

@testable import Identity

@Suite struct PlaceholderTests {}
