/* Makes what the kernel's view is measured with, and says how much it made:
 *
 *   storm exec COUNT            processes that run a program (this one) and end at once
 *   storm lookups RATE SECONDS  queries and answers over UDP, RATE messages a second in all; needs port 53 of 127.9.9.9
 *   storm connect COUNT         TCP connections over loopback that are made, taken and closed
 *   storm send COUNT            messages of 64 bytes over one TCP connection, each read at the other end
 *   storm switch COUNT          a byte between two processes on one CPU, to and fro */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define NAMES 1000
#define HEADER 12
#define MESSAGE 128

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void exec_storm(long count)
{
  char *arguments[] = {"storm", "leaf", "--with", "some=arguments", "/of/a/usual/length", NULL};
  char *environment[] = {NULL};
  char path[4096] = "";
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0)
    err(1, "the path of this program");
  for (long i = 0; i < count; i++) {
    pid_t child;
    int status;
    if (posix_spawn(&child, path, NULL, NULL, arguments, environment) || waitpid(child, &status, 0) != child || status != 0)
      err(1, "a child");
  }
}

static struct sockaddr_in address_of(const char *host, int port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

static int listening(struct sockaddr_in *address)
{
  socklen_t length = sizeof(*address);
  *address = address_of("127.0.0.1", 0);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)address, length) || listen(listener, 128) ||
      getsockname(listener, (struct sockaddr *)address, &length))
    err(1, "a listener");
  return listener;
}

static size_t write_question(unsigned char *to, unsigned number)
{
  char label[16];
  int length = snprintf(label, sizeof(label), "host-%u", number % NAMES);
  unsigned char *at = to;
  *at++ = length;
  at = (unsigned char *)memcpy(at, label, length) + length;
  static const unsigned char rest[] = "\7example\4test\0\0\1\0";
  memcpy(at, rest, sizeof(rest));
  at[sizeof(rest) - 1] = 1;
  return at + sizeof(rest) - to;
}

static size_t write_message(unsigned char *to, unsigned number, int answer)
{
  const unsigned char header[HEADER] = {number >> 8, number, answer ? 0x81 : 1, answer ? 0x80 : 0, 0, 1, 0, answer};
  memcpy(to, header, HEADER);
  size_t length = HEADER + write_question(to + HEADER, number);
  if (answer) {
    const unsigned char record[] = {0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, number};
    memcpy(to + length, record, sizeof(record));
    length += sizeof(record);
  }
  return length;
}

/* Sends a batch from one socket and reads it at another. */
static void pass(int from, int to, struct sockaddr_in *destination, unsigned number, int answer)
{
  static unsigned char bytes[BATCH][MESSAGE];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof(messages));
  for (unsigned i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){bytes[i], write_message(bytes[i], number + i, answer)};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    messages[i].msg_hdr.msg_name = destination;
    messages[i].msg_hdr.msg_namelen = destination ? sizeof(*destination) : 0;
  }
  if (sendmmsg(from, messages, BATCH, 0) != BATCH)
    err(1, "sendmmsg");
  for (unsigned i = 0; i < BATCH; i++) {
    parts[i].iov_len = MESSAGE;
    messages[i].msg_hdr.msg_name = NULL;
    messages[i].msg_hdr.msg_namelen = 0;
  }
  for (int got = 0; got < BATCH;) {
    int more = recvmmsg(to, messages, BATCH - got, 0, NULL);
    if (more < 1)
      err(1, "recvmmsg");
    got += more;
  }
}

static long lookups(double rate, double seconds)
{
  struct sockaddr_in server_address = address_of("127.9.9.9", 53), client_address = address_of("127.9.9.9", 0);
  socklen_t length = sizeof(client_address);
  int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(server, (struct sockaddr *)&server_address, length) || bind(client, (struct sockaddr *)&client_address, length) ||
      getsockname(client, (struct sockaddr *)&client_address, &length) ||
      connect(client, (struct sockaddr *)&server_address, length))
    err(1, "port 53 of 127.9.9.9");
  long sent = 0;
  double began = now();
  for (double passed = 0; passed < seconds; passed = now() - began) {
    if (sent * 2 >= passed * rate) {
      usleep(500);
      continue;
    }
    pass(client, server, NULL, sent, 0);
    pass(server, client, &client_address, sent, 1);
    sent += BATCH;
  }
  return sent * 2;
}

static void connections(long count)
{
  struct sockaddr_in address;
  int listener = listening(&address);
  for (long i = 0; i < count; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (struct sockaddr *)&address, sizeof(address)))
      err(1, "connect");
    int server = accept(listener, NULL, NULL);
    close(client);
    close(server);
  }
}

static void sends(long count)
{
  struct sockaddr_in address;
  int listener = listening(&address), client = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client, (struct sockaddr *)&address, sizeof(address)))
    err(1, "connect");
  int server = accept(listener, NULL, NULL);
  char bytes[64] = {0};
  for (long i = 0; i < count; i++)
    if (send(client, bytes, sizeof(bytes), 0) != sizeof(bytes) || recv(server, bytes, sizeof(bytes), MSG_WAITALL) != sizeof(bytes))
      err(1, "a message");
}

static void switches(long count)
{
  int there[2], back[2];
  char byte = 0;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (pipe(there) || pipe(back) || sched_setaffinity(0, sizeof(one), &one))
    err(1, "pipes");
  if (fork() == 0) {
    close(there[1]);
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
      ;
    _exit(0);
  }
  for (long i = 0; i < count; i++)
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
      err(1, "a byte");
  close(there[1]);
  wait(NULL);
}

int main(int count, char **arguments)
{
  if (count > 1 && !strcmp(arguments[1], "leaf"))
    return 0;
  if (count < 3)
    errx(2, "storm exec COUNT | lookups RATE SECONDS | connect COUNT | send COUNT | switch COUNT");
  const char *what = arguments[1];
  long made = atol(arguments[2]);
  if (!strcmp(what, "exec"))
    exec_storm(made);
  else if (!strcmp(what, "lookups") && count > 3)
    made = lookups(made, atof(arguments[3]));
  else if (!strcmp(what, "connect"))
    connections(made);
  else if (!strcmp(what, "send"))
    sends(made);
  else if (!strcmp(what, "switch"))
    switches(made);
  else
    errx(2, "no such storm: %s", what);
  printf("%ld\n", made);
}
