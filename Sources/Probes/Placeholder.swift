/// What the kernel tells of processes, connections and latencies.
enum Probes {}
