// Counts what the C library's allocator gives out, by standing in front of it
// (https://sourceware.org/glibc/manual/latest/html_node/Replacing-malloc.html).
#include "callocation_count.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(SANITIZED) || !defined(__GLIBC__)

int callocation_counts(void) { return 0; }
void callocation_reset(void) {}
size_t callocation_peak(void) { return 0; }

#else

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static atomic_size_t live, peak, base;

static void *gained(void *memory) {
    if (!memory) return memory;
    size_t size = malloc_usable_size(memory);
    size_t now = atomic_fetch_add_explicit(&live, size, memory_order_relaxed) + size;
    if (now > atomic_load_explicit(&peak, memory_order_relaxed)) atomic_store_explicit(&peak, now, memory_order_relaxed);
    return memory;
}

static void lost(void *memory) {
    if (memory) atomic_fetch_sub_explicit(&live, malloc_usable_size(memory), memory_order_relaxed);
}

void *malloc(size_t size) { return gained(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return gained(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return gained(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return gained(__libc_memalign(alignment, size)); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *found = __libc_memalign(alignment, size);
    if (!found) return ENOMEM;
    *memory = gained(found);
    return 0;
}

void *realloc(void *memory, size_t size) {
    size_t before = memory ? malloc_usable_size(memory) : 0;
    void *found = __libc_realloc(memory, size);
    if (!found && size) return found;
    atomic_fetch_sub_explicit(&live, before, memory_order_relaxed);
    return gained(found);
}

void free(void *memory) {
    lost(memory);
    __libc_free(memory);
}

int callocation_counts(void) { return 1; }

void callocation_reset(void) {
    size_t now = atomic_load(&live);
    atomic_store(&base, now);
    atomic_store(&peak, now);
}

size_t callocation_peak(void) {
    size_t highest = atomic_load(&peak), start = atomic_load(&base);
    return highest > start ? highest - start : 0;
}

#endif
