#include "CThread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local volatile uint64_t current_job;
static _Thread_local void *alternate_stack;
static volatile int note_fd = -1;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};

/* Only async-signal-safe calls: write, sigaction (by SA_RESETHAND) and raise. */
void crash_note_write(uint64_t job) {
    int fd = note_fd;
    if (job == 0 || fd < 0) return;
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(job >> (8 * i));
    ssize_t written = write(fd, bytes, sizeof bytes);
    (void)written;
}

static void note_and_die(int signal_number) {
    crash_note_write(current_job);
    raise(signal_number);
}

int crash_note_install(int fd) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_and_die;
    action.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    note_fd = fd;
    for (size_t i = 0; i < sizeof crash_signals / sizeof crash_signals[0]; i++)
        if (sigaction(crash_signals[i], &action, NULL) != 0) return -1;
    return 0;
}

int crash_note_prepare_thread(void) {
    size_t size = 64 * 1024;
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = malloc(size);
    if (!stack.ss_sp) return -1;
    stack.ss_size = size;
    if (sigaltstack(&stack, NULL) != 0) {
        free(stack.ss_sp);
        return -1;
    }
    alternate_stack = stack.ss_sp;
    return 0;
}

void crash_note_release_thread(void) {
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    free(alternate_stack);
    alternate_stack = NULL;
}

void crash_note_set_job(uint64_t job) { current_job = job; }
