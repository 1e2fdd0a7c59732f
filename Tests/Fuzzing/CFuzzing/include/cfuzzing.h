#pragma once
#include <stddef.h>
#include <stdint.h>

/// Remembers the input that runs now; it is written to `artifact` when the process crashes, or when the input takes more than
/// `hang_seconds` of processor time. Call once.
void cfuzzing_watch(const char *artifact, unsigned hang_seconds);

/// The input that runs from now on; NULL: none. The bytes stay in place until the next call.
void cfuzzing_input(const uint8_t *bytes, size_t count);

/// Runs libFuzzer where it is linked. Returns -1 where it is not.
int cfuzzing_libfuzzer(int argc, char **argv, int (*run)(const uint8_t *, size_t));
int cfuzzing_has_libfuzzer(void);
