#ifndef QUOTED_CZEROMQ_SHIM_H
#define QUOTED_CZEROMQ_SHIM_H

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <zmq.h>

// Error numbers that zmq.h computes from macros, which Swift does not import.
static inline int zeromq_ETERM(void) { return ETERM; }
static inline int zeromq_EFSM(void) { return EFSM; }
static inline int zeromq_ENOCOMPATPROTO(void) { return ENOCOMPATPROTO; }

// A descriptor that one thread writes to and another polls; negative on failure. Neither blocks on it.
static inline int zeromq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// The name of the calling thread as the system's tools show it, cut off after 15 bytes.
static inline void zeromq_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// A second descriptor of a connection, which stays with it when the first one is closed; negative on failure.
static inline int zeromq_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

// Bytes that the kernel could not pass on yet, since the peer does not read; negative for what is no connection.
static inline int zeromq_unsent_bytes(int descriptor) {
    int bytes = 0;
    if (ioctl(descriptor, SIOCOUTQNSD, &bytes) == 0) return bytes;
    return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

// Part of the draft API in the header, but the option works in releases built without it.
enum { ZEROMQ_ZAP_ENFORCE_DOMAIN = 93 };

#endif
