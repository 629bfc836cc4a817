/// The answer to an export request that was taken, wholly or in part.
public struct ExportResponse: Sendable, Equatable {
  /// The number of items that were not taken.
  public var rejectedItemCount: Int64
  /// Why items were not taken, or a warning where all of them were; for people.
  public var message: String

  /// A response of these parts; without any it says that all was taken.
  public init(rejectedItemCount: Int64 = 0, message: String = "") {
    self.rejectedItemCount = rejectedItemCount
    self.message = message
  }

  /// Everything was taken; `partial_success` stays unset, so that it takes no bytes.
  public static let success = ExportResponse()

  /// Whether there is nothing to tell but success.
  public var isFullSuccess: Bool { rejectedItemCount == 0 && message.isEmpty }
}
