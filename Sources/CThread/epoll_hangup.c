#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

// Stands before the C library's functions of these names, and changes what they do for libzmq alone.
//
// While a connection's queue is full, libzmq 4.3.4 does not read from it. When such a connection breaks, it is told of the
// hang-up nevertheless, notes an error, and aborts the process at its next heartbeat, or when it finds the peer's heartbeat in
// what it has read already (stream_engine_base.cpp, out_event: "Assertion failed: !_io_error"). So a connection that is not read
// from hears of the hang-up when it is read from again; what the peer has sent before is read first.

// Marks in a registration's data, which is the address of a structure: asked for no input; asked for output.
enum { NO_INPUT = 1, OUTPUT = 2 };

static uintptr_t begin, end;

static int find(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    if (!info->dlpi_name || !strstr(info->dlpi_name, "libzmq.so")) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        begin = info->dlpi_addr + part->p_vaddr;
        end = begin + part->p_memsz;
    }
    return 1;
}

static void look(void) { dl_iterate_phdr(find, NULL); }

static int is_libzmq(const void *caller) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, look);
    return (uintptr_t)caller >= begin && (uintptr_t)caller < end;
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
    struct epoll_event changed;
    if (operation != EPOLL_CTL_DEL && event && !(event->events & EPOLLIN) && is_libzmq(__builtin_return_address(0))) {
        changed = *event;
        changed.data.u64 |= NO_INPUT;
        if (changed.events & EPOLLOUT) {
            changed.data.u64 |= OUTPUT;
        } else {
            // A hang-up is told of whether one asks or not: so once, instead of again and again.
            changed.events |= EPOLLET;
        }
        event = &changed;
    }
    return (int)syscall(SYS_epoll_ctl, epoll, operation, fd, event);
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
    int count = (int)syscall(SYS_epoll_pwait, epoll, events, most, timeout, NULL, 8);
    if (count <= 0 || !is_libzmq(__builtin_return_address(0))) return count;
    int kept = 0;
    for (int i = 0; i < count; i++) {
        struct epoll_event event = events[i];
        uint64_t marks = event.data.u64 & (NO_INPUT | OUTPUT);
        event.data.u64 &= ~(uint64_t)(NO_INPUT | OUTPUT);
        if (marks & NO_INPUT) {
            int broken = event.events & (EPOLLERR | EPOLLHUP);
            event.events &= ~(uint32_t)(EPOLLERR | EPOLLHUP);
            // A write finds out what is wrong, and an attempt to connect has to.
            if (broken && (marks & OUTPUT)) event.events |= EPOLLOUT;
        }
        if (event.events) events[kept++] = event;
    }
    return kept;
}
