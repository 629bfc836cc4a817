import Prometheus
import Testing

@Suite struct MetricNamingTests {
}
