/* Joins a control group and takes memory until it is killed. Argument: the group's cgroup.procs. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
  if (count != 2)
    return 2;
  int file = open(arguments[1], O_WRONLY);
  if (file < 0 || write(file, "0", 1) != 1) {
    perror(arguments[1]);
    return 1;
  }
  printf("%d\n", getpid());
  fflush(stdout);
  for (int i = 0; i < 1024; i++) {
    char *memory = malloc(1 << 20);
    if (!memory)
      return 1;
    memset(memory, 1, 1 << 20);
  }
  return 0;
}
