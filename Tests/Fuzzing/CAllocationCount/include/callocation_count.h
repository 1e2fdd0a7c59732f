#pragma once
#include <stddef.h>

/// Whether this build counts; sanitizers bring allocators of their own, which have limits of their own.
int callocation_counts(void);
/// Begins anew.
void callocation_reset(void);
/// Most bytes that were allocated at once since, above those at the reset.
size_t callocation_peak(void);
