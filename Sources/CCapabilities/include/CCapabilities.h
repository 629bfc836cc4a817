// The capabilities of all threads of this process: glibc's calls set those of one thread only.
#pragma once

#include <stdint.h>

// The calling thread's capabilities, one bit each; 0 or an errno.
int capabilities_read(uint64_t *effective, uint64_t *permitted);

// Takes every capability but those in `keep` from all threads of this process, for good; 0 or an
// errno, in which case some threads may have lost theirs already.
//
// Threads made meanwhile are reached too: it looks again until a look finds none left.
int capabilities_keep(uint64_t keep);
