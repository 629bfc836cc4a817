/* The header is all there is; a target needs one source. */
#include "ProbeEvents.h"
