#ifndef QUOTED_CZEROMQ_SHIM_H
#define QUOTED_CZEROMQ_SHIM_H

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <zmq.h>

// Error numbers that zmq.h computes from macros, which Swift does not import.
static inline int zeromq_ETERM(void) { return ETERM; }
static inline int zeromq_EFSM(void) { return EFSM; }
static inline int zeromq_ENOCOMPATPROTO(void) { return ENOCOMPATPROTO; }

// A descriptor that one thread writes to and another polls; negative on failure. Neither blocks on it.
static inline int zeromq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// The name of the calling thread as the system's tools show it, cut off after 15 bytes.
static inline void zeromq_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// Part of the draft API in the header, but the option works in releases built without it.
enum { ZEROMQ_ZAP_ENFORCE_DOMAIN = 93 };

#endif
