#include "cfuzzing.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const uint8_t *volatile current;
static volatile size_t current_count;
static volatile unsigned long inputs;
static unsigned long watched;
static unsigned quiet_ticks;
static unsigned most_ticks;
static char artifact_path[1024];
static char alternate[64 << 10];

// Nothing here but calls that a signal handler may make.
static void keep(const char *why) {
    int file = open(artifact_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0) {
        for (size_t done = 0; current && done < current_count;) {
            ssize_t count = write(file, (const void *)(current + done), current_count - done);
            if (count <= 0) break;
            done += (size_t)count;
        }
        close(file);
    }
    const char *words[] = {"\n", why, "; its input is in ", artifact_path, "\n"};
    for (int index = 0; index < 5; index++) {
        if (write(2, words[index], strlen(words[index])) < 0) return;
    }
}

static void crashed(int number) {
    keep("crash");
    signal(number, SIG_DFL);
    raise(number);
}

static void tick(int number) {
    (void)number;
    if (!current || inputs != watched) {
        watched = inputs;
        quiet_ticks = 0;
    } else if (++quiet_ticks >= most_ticks) {
        keep("hang");
        _exit(124);
    }
}

void cfuzzing_watch(const char *artifact, unsigned hang_seconds) {
    snprintf(artifact_path, sizeof artifact_path, "%s", artifact);
    most_ticks = hang_seconds ? hang_seconds : 1;
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};
    int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
    for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) sigaction(crashes[index], &action, NULL);
    // Processor time, since others may keep the machine busy.
    struct sigaction ticking = {.sa_handler = tick, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigaction(SIGPROF, &ticking, NULL);
    struct itimerval every = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
    setitimer(ITIMER_PROF, &every, NULL);
}

void cfuzzing_input(const uint8_t *bytes, size_t count) {
    current_count = count;
    current = bytes;
    inputs++;
}

// The linker is told to bring it in (see .ci/fuzz); other builds go without.
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *, size_t)) __attribute__((weak));

int cfuzzing_has_libfuzzer(void) { return LLVMFuzzerRunDriver != NULL; }

int cfuzzing_libfuzzer(int argc, char **argv, int (*run)(const uint8_t *, size_t)) {
    return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(&argc, &argv, run) : -1;
}
