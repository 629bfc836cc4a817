#ifndef SWIFTLET_CALLOCATIONS_H
#define SWIFTLET_CALLOCATIONS_H

/// How often the calling thread has asked for memory so far; 0 for ever under a sanitizer.
unsigned long swiftlet_allocation_count(void);

/// Whether allocations are counted: not under a sanitizer, which has an allocator of its own.
int swiftlet_counts_allocations(void);

#endif
