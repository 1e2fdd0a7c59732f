#if defined(__x86_64__)
#include "kernels.h"

#include <immintrin.h>

#define WIDTH 8
#define QUERIES 6
#define VMAX(a, b) ((vf)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define VMIN(a, b) ((vf)_mm256_min_ps((__m256)(a), (__m256)(b)))

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "rows.h"
#include "attention.h"
#pragma clang attribute pop

const struct encoder_kernels encoder_kernels_avx2 = KERNELS(ENCODER_AVX2);
#endif
