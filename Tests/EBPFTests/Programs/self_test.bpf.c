// Programs for the tests of the loader itself.
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
