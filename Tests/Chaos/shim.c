// Preloaded into the service by the chaos tests: syncs and writes that fail, a clock that is wrong, and a record of what was
// written and synced, from which a power cut is made. Compiled by the tests; no part of the product.
//
// CHAOS_CONTROL names a file that both sides map: struct control below. CHAOS_RECORD names the file of the record, if any.
// Only files whose path contains CHAOS_MATCH are concerned.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    int sync_faults;      // so many syncs are still to fail; below 0: all
    int sync_error;       // with this errno
    int write_error;      // writes, truncations and openings for writing fail with this errno; 0: they do not
    int reserved;
    long long clock_offset;  // nanoseconds added to the calendar
    int syncs_failed;     // told to the tests
    int writes_failed;
};

static struct control *control;
static const char *match;
static int record = -1;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_CONTROL");
    match = getenv("CHAOS_MATCH");
    if (path && match) {
        int file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
        if (file >= 0) {
            void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (map != MAP_FAILED) control = map;
            syscall(SYS_close, file);
        }
    }
    path = getenv("CHAOS_RECORD");
    if (path && match) record = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

// The path of a descriptor that is concerned, else NULL.
static const char *concerned(int file, char *buffer, size_t size) {
    if (!control) return NULL;
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, size - 1);
    if (length <= 0) return NULL;
    buffer[length] = 0;
    return strstr(buffer, match) ? buffer : NULL;
}

// One line of the record: what, offset, length, path. One write, so that lines of several threads do not mix.
static void note(char what, long long offset, long long length, const char *path) {
    if (record < 0) return;
    int error = errno;
    char line[1200];
    int count = snprintf(line, sizeof line, "%c %lld %lld %s\n", what, offset, length, path);
    if (count > 0) syscall(SYS_write, record, line, count);
    errno = error;
}

static int refused(void) {
    int error = control ? __atomic_load_n(&control->write_error, __ATOMIC_SEQ_CST) : 0;
    if (!error) return 0;
    __atomic_add_fetch(&control->writes_failed, 1, __ATOMIC_SEQ_CST);
    errno = error;
    return 1;
}

static int sync_fails(void) {
    if (!control) return 0;
    int left = __atomic_load_n(&control->sync_faults, __ATOMIC_SEQ_CST);
    while (left > 0 && !__atomic_compare_exchange_n(&control->sync_faults, &left, left - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {}
    if (left == 0) return 0;
    __atomic_add_fetch(&control->syncs_failed, 1, __ATOMIC_SEQ_CST);
    errno = control->sync_error;
    return 1;
}

// Files

static int open_as(const char *path, int flags, mode_t mode) {
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if (writes && control && strstr(path, match) && refused()) return -1;
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_as(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_as(path, flags, mode);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    char buffer[1024];
    const char *path = concerned(file, buffer, sizeof buffer);
    if (path && refused()) return -1;
    ssize_t done = syscall(SYS_pwrite64, file, bytes, count, offset);
    if (path && done > 0) note('W', offset, done, path);
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

int ftruncate64(int file, off64_t length) {
    char buffer[1024];
    const char *path = concerned(file, buffer, sizeof buffer);
    if (path && refused()) return -1;
    int status = syscall(SYS_ftruncate, file, length);
    if (path && status == 0) note('T', length, 0, path);
    return status;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int sync_as(int number, int file) {
    char buffer[1024];
    const char *path = concerned(file, buffer, sizeof buffer);
    if (path && sync_fails()) {
        note('F', 0, 0, path);
        return -1;
    }
    int status = syscall(number, file);
    if (path) note(status == 0 ? 'S' : 'F', 0, 0, path);
    return status;
}

int fdatasync(int file) { return sync_as(SYS_fdatasync, file); }
int fsync(int file) { return sync_as(SYS_fsync, file); }

// The calendar

static long long offset(void) { return control ? __atomic_load_n(&control->clock_offset, __ATOMIC_SEQ_CST) : 0; }

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int status = real ? real(clock, time) : (int)syscall(SYS_clock_gettime, clock, time);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        long long now = time->tv_sec * 1000000000LL + time->tv_nsec + offset();
        time->tv_sec = now / 1000000000LL;
        time->tv_nsec = now % 1000000000LL;
    }
    return status;
}

int gettimeofday(struct timeval *restrict value, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int status = clock_gettime(CLOCK_REALTIME, &now);
    value->tv_sec = now.tv_sec;
    value->tv_usec = now.tv_nsec / 1000;
    return status;
}

time_t time(time_t *value) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (value) *value = now.tv_sec;
    return now.tv_sec;
}
