internal import Components

/// An extension that the service uses.
struct ExtensionPlan: Sendable {
  let id: ComponentID
  let make: ExtensionFactory.Make
}
