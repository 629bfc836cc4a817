#define _GNU_SOURCE
#include "CSockets.h"

#include <sys/socket.h>

int accept_nonblocking(int descriptor, void *peer, unsigned int *count) {
  return accept4(descriptor, peer, count, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int peer_credentials(int descriptor, int *process, unsigned int *user) {
  struct ucred credentials;
  socklen_t count = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &count) != 0)
    return -1;
  *process = credentials.pid;
  *user = credentials.uid;
  return 0;
}
