internal import Telemetry

/// Runs single detectors.
enum Detection {
  /// What the detector finds.
  static func run(
    _ detector: DetectorConfig, _ around: Surroundings, timeout: Duration
  ) throws(DetectionError) -> DetectedAttributes {
    var around = around
    around.timeout = timeout
    return switch detector.kind {
    case .env: try EnvironmentDetector.detect(around)
    case .system: try HostDetector.detect(detector, around)
    case .os: HostDetector.detectOS(around)
    case .process: OwnProcessDetector.detect(around)
    case .container: OwnProcessDetector.detectContainer(around)
    case .docker: try DockerDetector.detect(around)
    }
  }
}
