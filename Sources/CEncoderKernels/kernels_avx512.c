#if defined(__x86_64__)
#include "kernels.h"

#include <immintrin.h>

#define WIDTH 16
#define QUERIES 12
#define VMAX(a, b) ((vf)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define VMIN(a, b) ((vf)_mm512_min_ps((__m512)(a), (__m512)(b)))

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#include "rows.h"
#include "attention.h"
#pragma clang attribute pop

const struct encoder_kernels encoder_kernels_avx512 = KERNELS(ENCODER_AVX512);

const struct encoder_kernels encoder_kernels_avx512_bf16 = {
    .level = ENCODER_AVX512_BF16,
    .projection_bytes = 2,
    .embed = embed,
    .quantise = quantise,
    .project = encoder_project_bf16,
    .gelu = gelu,
    .add_and_normalise = add_and_normalise,
    .attend = encoder_attend_bf16,
    .classify = classify,
};
#endif
