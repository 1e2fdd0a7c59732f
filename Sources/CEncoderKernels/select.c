#define _GNU_SOURCE
#include "kernels.h"

#include <dlfcn.h>
#include <pthread.h>

static enum encoder_level level_of_processor(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return ENCODER_PLAIN;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")
        || !__builtin_cpu_supports("avx512dq"))
        return ENCODER_AVX2;
    return __builtin_cpu_supports("avx512bf16") ? ENCODER_AVX512_BF16 : ENCODER_AVX512;
#else
    return ENCODER_PLAIN;
#endif
}

const struct encoder_kernels *encoder_kernels_select(enum encoder_level limit) {
    enum encoder_level level = level_of_processor();
    if (limit < level) level = limit;
#if defined(__x86_64__)
    switch (level) {
    case ENCODER_AVX512_BF16: return &encoder_kernels_avx512_bf16;
    case ENCODER_AVX512: return &encoder_kernels_avx512;
    case ENCODER_AVX2: return &encoder_kernels_avx2;
    case ENCODER_PLAIN: break;
    }
#endif
    return &encoder_kernels_plain;
}

size_t encoder_attention_scratch(size_t rows) {
    size_t padded = (rows + 31) / 32 * 32;
    // Keys and values in kernel order (at most f32), a block of up to 12 rows of scores twice.
    return padded * sizeof(float) * (2 * ENCODER_HEAD_SIZE + 2 * ENCODER_MOST_QUERIES) + 4096;
}

void encoder_column_corrections(
    const int8_t *weight, size_t rows, size_t columns, int32_t offset, int32_t *correction) {
    for (size_t c = 0; c < columns; c++) correction[c] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) correction[c] += weight[r * columns + c];
    for (size_t c = 0; c < columns; c++) correction[c] *= offset;
}

static void (*set_threads)(int);
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Looked up, not linked: the toolchain has no OpenMP library of its own, and oneDNN may be built without.
static void find_openmp(void) { set_threads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads"); }

void encoder_keep_to_this_thread(void) {
    pthread_once(&once, find_openmp);
    if (set_threads) set_threads(1);
}
