public import Components
internal import Dispatch
internal import Glibc
public import Telemetry
internal import Testing

/// Makes the component under test with the settings of `rig`, handing on to `next`.
public typealias MakeComponent = (_ rig: TestRig, _ next: any Consumer) throws -> any Component

/// Holds a component against the rules of life that all components share.
///
/// Stop without start, stop twice, consume after stop refuses with `.stopping`, a failed start
/// leaves nothing open, every delivery settles once, no descriptor or thread stays. A component
/// that can fail to start gives `makeFailing`, which makes one that does.
public func checkLifeCycle(
  signal: Signal = .traces, makeFailing: MakeComponent? = nil, of make: MakeComponent
) async throws {
  let rig = try TestRig(shards: 2)
  try await checkStopWithoutStart(rig, signal, make)
  try await checkStartAndStop(rig, signal, make)
  try await checkDeliveries(rig, signal, make)
  if let makeFailing { try await checkFailedStart(rig, makeFailing) }
  try await checkNothingStays { try await runOnce(rig, make) }
}

/// Stops the component and waits for it, advancing no clock.
public func stop(_ component: any Component, within seconds: Int = 10) async {
  await withCheckedContinuation { finished in
    component.stop(by: .now() + .seconds(seconds)) { finished.resume() }
  }
}

private func checkStopWithoutStart(
  _ rig: TestRig, _ signal: Signal, _ make: MakeComponent
) async throws {
  let component = try make(rig, CollectingConsumer())
  await stop(component)
  await stop(component)
  expectRefusal(component, signal)
}

private func checkStartAndStop(
  _ rig: TestRig, _ signal: Signal, _ make: MakeComponent
) async throws {
  let component = try make(rig, CollectingConsumer())
  try component.start(rig.host)
  await stop(component)
  await stop(component)
  expectRefusal(component, signal)
}

private func checkDeliveries(
  _ rig: TestRig, _ signal: Signal, _ make: MakeComponent
) async throws {
  let component = try make(rig, CollectingConsumer())
  guard let consumer = component as? any Consumer else { return }
  try component.start(rig.host)
  let recorder = DeliveryRecorder()
  var taken = 0
  for _ in 0..<20 {
    let batch = BatchBuilder.batch(signal, 3, delivery: recorder.delivery())
    do {
      try consumer.consume(batch)
      taken += 1
    } catch {
      batch.delivery.fail(error)
    }
  }
  await rig.drain()
  await stop(component)
  await rig.drain()
  if recorder.settledCount != 20 {
    Issue.record("\(recorder.settledCount) of 20 deliveries settled, \(taken) were taken")
  }
  if recorder.errors.values.contains(.abandoned) {
    Issue.record("a delivery was let go without an outcome")
  }
}

private func checkFailedStart(_ rig: TestRig, _ make: MakeComponent) async throws {
  try await checkNothingStays {
    let component = try make(rig, CollectingConsumer())
    do {
      try component.start(rig.host)
      Issue.record("start did not fail")
    } catch {}
    await stop(component)
  }
}

private func runOnce(_ rig: TestRig, _ make: MakeComponent) async throws {
  let component = try make(rig, CollectingConsumer())
  try component.start(rig.host)
  await stop(component)
  await rig.drain()
}

private func expectRefusal(_ component: any Component, _ signal: Signal) {
  guard let consumer = component as? any Consumer else { return }
  if consumer.refusal != .stopping {
    Issue.record("refusal after stop is \(String(describing: consumer.refusal)), not .stopping")
  }
  do {
    try consumer.consume(BatchBuilder.batch(signal, 1))
    Issue.record("consume after stop took a batch")
  } catch {
    if error != .stopping { Issue.record("consume after stop threw \(error), not .stopping") }
  }
}

/// Runs `cycle` often and expects that descriptors and threads do not grow with it.
///
/// Other tests of the process open and close some meanwhile, so growth counts only where it shows
/// in each of many rounds and is as large as the number of cycles.
public func checkNothingStays(_ cycle: () async throws -> Void) async throws {
  let (cycles, rounds) = (24, 24)
  var descriptors: [Int] = []
  var threads: [Int] = []
  for _ in 0..<rounds {
    let before = (entryCount("/proc/self/fd"), entryCount("/proc/self/task"))
    for _ in 0..<cycles { try await cycle() }
    descriptors.append(entryCount("/proc/self/fd") - before.0)
    threads.append(entryCount("/proc/self/task") - before.1)
    if descriptors.contains(where: { $0 < cycles }), threads.contains(where: { $0 < cycles }) {
      return
    }
  }
  Issue.record(
    "descriptors or threads grow with every cycle of \(cycles): by \(descriptors) and \(threads)")
}

/// The number of entries of a directory.
private func entryCount(_ path: String) -> Int {
  guard let directory = unsafe opendir(path) else { return 0 }
  defer { unsafe closedir(directory) }
  var count = 0
  while unsafe readdir(directory) != nil { count += 1 }
  return count
}
