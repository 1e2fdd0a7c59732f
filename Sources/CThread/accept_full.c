#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Stands before the C library's function of this name, also for libzmq. When this process may open no more descriptors
// (EMFILE), libzmq 4.3.4 aborts it if the client came by ipc (ipc_listener.cpp; its TCP listener knows better). The same
// shortage of the whole system (ENFILE) it takes as what it is: the client waits. So that is what it is told.
int accept4(int fd, __SOCKADDR_ARG address, socklen_t *restrict length, int flags) {
    int accepted = (int)syscall(SYS_accept4, fd, address.__sockaddr__, length, flags);
    if (accepted < 0 && errno == EMFILE) {
        // The client goes on knocking: without a pause the thread would do nothing but refuse it.
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
        errno = ENFILE;
    }
    return accepted;
}
