#define _GNU_SOURCE
#include "CSockets.h"

#include <sys/socket.h>

int accept_nonblocking(int descriptor, void *peer, unsigned int *count) {
  return accept4(descriptor, peer, count, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
