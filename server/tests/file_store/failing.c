/* A disk that fails: preloaded into a process, it keeps every fdatasync for as long as the file
 * $TEST_HANG is there, and fails every pwrite for as long as the file $TEST_FAIL is. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int there(const char *name) {
    const char *path = getenv(name);
    return path && access(path, F_OK) == 0;
}

int fdatasync(int file) {
    while (there("TEST_HANG")) usleep(1000);
    return (int)syscall(SYS_fdatasync, file);
}

ssize_t pwrite64(int file, const void *from, size_t len, off64_t at) {
    if (there("TEST_FAIL")) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, file, from, len, at);
}
