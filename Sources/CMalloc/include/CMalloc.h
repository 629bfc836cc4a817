// The settings of glibc's allocator, which the Glibc overlay does not import.
#pragma once

#include <malloc.h>
