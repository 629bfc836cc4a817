// Socket calls that the Glibc overlay does not import, because they need _GNU_SOURCE.
#pragma once

#include <sys/socket.h>

/// accept4(2): the accepted socket does not block and is closed when a program is run.
int accept_nonblocking(int descriptor, struct sockaddr *peer, socklen_t *count);
