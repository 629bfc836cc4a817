// Socket calls that the Glibc overlay does not import, because they need _GNU_SOURCE.
#pragma once

/// accept4(2): the accepted socket does not block and is closed when a program is run.
///
/// `peer` is a `struct sockaddr`; a header with its declaration would make it a part of this module.
int accept_nonblocking(int descriptor, void *peer, unsigned int *count);

/// getsockopt(2) with SO_PEERCRED: the process and the effective user that connected to a Unix socket.
int peer_credentials(int descriptor, int *process, unsigned int *user);
