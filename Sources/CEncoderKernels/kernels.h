#ifndef QUOTED_ENCODER_KERNELS_H
#define QUOTED_ENCODER_KERNELS_H

#include "CEncoderKernels.h"

// Most query rows that an attention kernel works on at a time.
enum { ENCODER_MOST_QUERIES = 12 };

extern const struct encoder_kernels encoder_kernels_plain;
#if defined(__x86_64__)
extern const struct encoder_kernels encoder_kernels_avx2;
extern const struct encoder_kernels encoder_kernels_avx512;
extern const struct encoder_kernels encoder_kernels_avx512_bf16;

void encoder_project_bf16(
    const struct encoder_dense *d, const int32_t *sums, const float *row_scale, size_t rows, void *out);
void encoder_attend_bf16(const void *projection, size_t rows, size_t heads, float *out, void *scratch);
#endif

#endif
