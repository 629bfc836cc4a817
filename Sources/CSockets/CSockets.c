#define _GNU_SOURCE
#include "CSockets.h"

int accept_nonblocking(int descriptor, struct sockaddr *peer, socklen_t *count) {
  return accept4(descriptor, peer, count, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
