#ifndef CENCODERKERNELS_H
#define CENCODERKERNELS_H

#include <stddef.h>
#include <stdint.h>

// What a transformer encoder does between its matrix products, and its attention. Matrices are row by row without
// gaps. Pointers need only the alignment of their elements. No function allocates, keeps state or checks its
// arguments. What is done to one row (attention: one window) never depends on the rows beside it: the same row gives
// the same bits in any batch.

/// Every head has this many dimensions.
enum { ENCODER_HEAD_SIZE = 32 };
/// Matrix widths have to be multiples of this.
enum { ENCODER_COLUMN_MULTIPLE = 32 };

/// Instruction sets that the kernels are compiled for. The higher need the lower.
enum encoder_level {
    ENCODER_PLAIN = 0,
    ENCODER_AVX2 = 1,
    ENCODER_AVX512 = 2,
    ENCODER_AVX512_BF16 = 3,
};

/// How to read a dense layer's integer sums:
/// value = (sum - correction[column]) * row scale * scale[column] + bias[column].
struct encoder_dense {
    const float *scale;
    const float *bias;
    const int32_t *correction;
    size_t columns;
};

struct encoder_norm {
    const float *weight;
    const float *bias;
};

struct encoder_embedding {
    const int8_t *word;
    const float *word_scale;
    const float *position;
    /// A table per feature: `features` pointers to [size x hidden].
    const float *const *feature;
    size_t features;
    size_t hidden;
    struct encoder_norm norm;
};

struct encoder_kernels {
    enum encoder_level level;
    /// Bytes per element of the matrix that `project` writes and `attend` reads: 4 (f32) or 2 (bf16).
    size_t projection_bytes;

    /// Sum of the embeddings, normalised: one window. The feature values of a token lie side by side.
    void (*embed)(
        const struct encoder_embedding *e, const int32_t *pieces, const uint8_t *values, size_t rows, float *x);

    /// Rounds each row to whole numbers in -limit...limit, plus limit + 1, and says what one step is worth.
    void (*quantise)(const float *x, size_t rows, size_t columns, int limit, uint8_t *out, float *row_scale);

    /// Sums to queries, keys and values.
    void (*project)(const struct encoder_dense *d, const int32_t *sums, const float *row_scale, size_t rows, void *out);

    /// Sums to GELU of the values, rounded as `quantise` does. The sums are overwritten; `row_scale` is read, then
    /// replaced by the scale of the result.
    void (*gelu)(const struct encoder_dense *d, int32_t *sums, float *row_scale, size_t rows, int limit, uint8_t *out);

    /// x = LayerNorm(x + value of the sums).
    void (*add_and_normalise)(
        const struct encoder_dense *d, const struct encoder_norm *norm, const int32_t *sums, const float *row_scale,
        size_t rows, float *x);

    /// Attention of one window. Input: rows of [queries | keys | values], the queries scaled so that a score is a
    /// logarithm to base 2. Output: [rows x heads * 32]. `scratch`: encoder_attention_scratch(rows) bytes, aligned to
    /// 64.
    void (*attend)(const void *projection, size_t rows, size_t heads, float *out, void *scratch);

    /// out[rows x columns] = x[rows x hidden] * weight + bias; weight and bias are padded to `stride` columns, a
    /// multiple of 32.
    void (*classify)(
        const float *x, size_t rows, size_t hidden, const float *weight, const float *bias, size_t stride,
        size_t columns, float *out);
};

/// The fastest kernels that the processor has and `limit` allows.
const struct encoder_kernels *encoder_kernels_select(enum encoder_level limit);

/// Bytes that `attend` needs for a window.
size_t encoder_attention_scratch(size_t rows);

/// correction[column] = offset * (sum of the column's weights), for `encoder_dense`.
void encoder_column_corrections(
    const int8_t *weight, size_t rows, size_t columns, int32_t offset, int32_t *correction);

/// Keeps OpenMP, by which oneDNN spreads work over threads, to the calling thread. Lasts for the thread's life.
/// Nothing happens where the process has no OpenMP.
void encoder_keep_to_this_thread(void);

#endif
