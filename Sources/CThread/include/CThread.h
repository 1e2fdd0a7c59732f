#ifndef CTHREAD_H
#define CTHREAD_H

#include <stddef.h>
#include <stdint.h>

/// Writes to `fd`, when a thread of this process crashes, the 8 bytes (little-endian) of the job that the thread worked on,
/// then lets the signal take its course. SIGKILL leaves no note: only the job's own fault does.
/// Returns 0, or -1 when the handlers could not be set.
int crash_note_install(int fd);

/// Gives the calling thread a stack on which a stack overflow can be noted. Returns 0, or -1 when there is no memory.
int crash_note_prepare_thread(void);

/// Frees what `crash_note_prepare_thread` took.
void crash_note_release_thread(void);

/// Writes a note of the job now, without a crash. Does nothing before `crash_note_install`.
void crash_note_write(uint64_t job);

/// Says what the calling thread works on; 0 for nothing.
void crash_note_set_job(uint64_t job);

/// What the system's tools show for the calling thread; at most 15 bytes.
void thread_set_name(const char *name);

/// Starts a detached thread with a stack of `stack` bytes that calls `body` with `context`. Returns 0 or an error number.
int thread_start_detached(size_t stack, void *(*body)(void *), void *context);

#endif
