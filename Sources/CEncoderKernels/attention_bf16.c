#if defined(__x86_64__)
#include "kernels.h"

#include <immintrin.h>

// Attention with the bf16 products of AVX-512: twice the speed of f32. 32-bit elements hold two neighbours in the
// direction of the sum: dimensions of a head for the scores, keys for the weighted values.

#define QUERIES ENCODER_MOST_QUERIES
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma"))), apply_to = function)

enum { PAIRS = ENCODER_HEAD_SIZE / 2 };

void encoder_project_bf16(
    const struct encoder_dense *d, const int32_t *sums, const float *row_scale, size_t rows, void *out) {
    uint16_t *to = out;
    for (size_t r = 0; r < rows; r++, sums += d->columns, to += d->columns) {
        __m512 row = _mm512_set1_ps(row_scale[r]);
        for (size_t c = 0; c < d->columns; c += 32) {
            __m512 half[2];
            for (int i = 0; i < 2; i++) {
                size_t at = c + 16 * i;
                __m512i exact = _mm512_sub_epi32(_mm512_loadu_si512(sums + at), _mm512_loadu_si512(d->correction + at));
                __m512 scale = _mm512_mul_ps(row, _mm512_loadu_ps(d->scale + at));
                half[i] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(exact), scale, _mm512_loadu_ps(d->bias + at));
            }
            _mm512_storeu_si512(to + c, (__m512i)_mm512_cvtne2ps_pbh(half[1], half[0]));
        }
    }
}

// sums[rows x 16 * vectors] = a[rows x depth] * b[depth x 16 * vectors] over pairs; rows at most `queries`. Strides in
// 32-bit elements. `queries` and `vectors` are constants where this is called: the sums stay in registers.
__attribute__((always_inline)) static inline void multiply_tile(
    const uint32_t *a, size_t a_stride, const uint32_t *b, size_t b_stride, size_t depth, size_t rows, int queries,
    int vectors, __m512 sums[QUERIES][2]) {
    const uint32_t *row[QUERIES];
#pragma clang loop unroll(full)
    for (int q = 0; q < queries; q++) {
        // Rows that are not there repeat the last: a branch less.
        row[q] = a + ((size_t)q < rows ? (size_t)q : rows - 1) * a_stride;
        for (int v = 0; v < vectors; v++) sums[q][v] = _mm512_setzero_ps();
    }
    for (size_t k = 0; k < depth; k++, b += b_stride) {
        __m512bh left = (__m512bh)_mm512_loadu_si512(b), right = left;
        if (vectors == 2) right = (__m512bh)_mm512_loadu_si512(b + 16);
#pragma clang loop unroll(full)
        for (int q = 0; q < queries; q++) {
            __m512bh factor = (__m512bh)_mm512_set1_epi32((int)row[q][k]);
            sums[q][0] = _mm512_dpbf16_ps(sums[q][0], factor, left);
            if (vectors == 2) sums[q][1] = _mm512_dpbf16_ps(sums[q][1], factor, right);
        }
    }
}

#define EXP_3 0.0551716603f
#define EXP_2 0.242611122f
#define EXP_1 0.693260987f
#define EXP_0 0.999928074f

// 2 to the power of x, x <= 0: a minimax polynomial good to 1.1e-4, a twentieth of a bf16's last place.
static inline __m512 power_of_two(__m512 x) {
    __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 f = _mm512_sub_ps(x, whole);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(EXP_3), f, _mm512_set1_ps(EXP_2));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(EXP_1));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(EXP_0));
    return _mm512_scalef_ps(p, whole);
}

// Sixteen scores; those of keys that are not there are lost in any sum. No masked store: reading after it is slow.
static inline __m512 scores_at(const float *scores, size_t k, size_t count) {
    __m512 s = _mm512_loadu_ps(scores + k);
    if (k + 16 <= count) return s;
    return _mm512_mask_mov_ps(_mm512_set1_ps(-1e30f), (__mmask16)((1u << (count - k)) - 1), s);
}

// Scores to bf16 weights that still have to be divided by their sum; returns one part in that sum.
static inline float weigh(const float *scores, size_t count, size_t padded, uint16_t *weights) {
    __m512 most = scores_at(scores, 0, count), total = _mm512_setzero_ps();
    for (size_t k = 16; k < padded; k += 16) most = _mm512_max_ps(most, scores_at(scores, k, count));
    most = _mm512_set1_ps(_mm512_reduce_max_ps(most));
    for (size_t k = 0; k < padded; k += 16) {
        __m512 weight = power_of_two(_mm512_sub_ps(scores_at(scores, k, count), most));
        total = _mm512_add_ps(total, weight);
        _mm256_storeu_si256((__m256i *)(weights + k), (__m256i)_mm512_cvtneps_pbh(weight));
    }
    return 1 / _mm512_reduce_add_ps(total);
}

// Rows and columns of 16 x 16 exchanged.
static inline void transpose(const __m512i r[16], uint32_t *to, size_t stride) {
    __m512i t[16], u[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int j = 0; j < 4; j++) {
        __m512i a = _mm512_shuffle_i32x4(u[j], u[4 + j], 0x88), b = _mm512_shuffle_i32x4(u[j], u[4 + j], 0xdd);
        __m512i c = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0x88);
        __m512i d = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0xdd);
        _mm512_storeu_si512(to + (size_t)j * stride, _mm512_shuffle_i32x4(a, c, 0x88));
        _mm512_storeu_si512(to + (size_t)(j + 4) * stride, _mm512_shuffle_i32x4(b, d, 0x88));
        _mm512_storeu_si512(to + (size_t)(j + 8) * stride, _mm512_shuffle_i32x4(a, c, 0xdd));
        _mm512_storeu_si512(to + (size_t)(j + 12) * stride, _mm512_shuffle_i32x4(b, d, 0xdd));
    }
}

// Keys by pairs of dimensions: [16 pairs x padded keys].
static inline void arrange_keys(const uint16_t *key, size_t stride, size_t rows, size_t padded, uint32_t *keys) {
    for (size_t first = 0; first < padded; first += 16) {
        __m512i r[16];
        for (size_t k = 0; k < 16; k++)
            r[k] = first + k < rows ? _mm512_loadu_si512(key + (first + k) * stride) : _mm512_setzero_si512();
        transpose(r, keys + first, padded);
    }
}

// Values by pairs of keys: [pairs of keys x 32 dimensions].
static inline void arrange_values(const uint16_t *value, size_t stride, size_t rows, uint32_t *values) {
    for (size_t k = 0; k < rows; k += 2, values += 32) {
        __m512i even = _mm512_loadu_si512(value + k * stride);
        __m512i odd = k + 1 < rows ? _mm512_loadu_si512(value + (k + 1) * stride) : _mm512_setzero_si512();
        __m512i first = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(even));
        __m512i second = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(even, 1));
        __m512i first_odd = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(odd)), 16);
        __m512i second_odd = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(odd, 1)), 16);
        _mm512_storeu_si512(values, _mm512_or_si512(first, first_odd));
        _mm512_storeu_si512(values + 16, _mm512_or_si512(second, second_odd));
    }
}

struct room {
    uint32_t *keys, *values;
    float *scores;
    uint16_t *weights;
};

__attribute__((always_inline)) static inline void attend_queries(
    const uint16_t *query, size_t stride, size_t count, size_t rows, size_t padded, size_t hidden, int queries,
    float *out, const struct room *room) {
    __m512 sums[QUERIES][2];
    size_t k = 0;
    for (; k + 32 <= padded; k += 32) {
        multiply_tile(
            (const uint32_t *)query, stride / 2, room->keys + k, padded, PAIRS, count, queries, 2, sums);
#pragma clang loop unroll(full)
        for (int q = 0; q < queries; q++) {
            _mm512_storeu_ps(room->scores + q * padded + k, sums[q][0]);
            _mm512_storeu_ps(room->scores + q * padded + k + 16, sums[q][1]);
        }
    }
    if (k < padded) {
        multiply_tile(
            (const uint32_t *)query, stride / 2, room->keys + k, padded, PAIRS, count, queries, 1, sums);
#pragma clang loop unroll(full)
        for (int q = 0; q < queries; q++) _mm512_storeu_ps(room->scores + q * padded + k, sums[q][0]);
    }
    float factor[QUERIES];
    for (size_t q = 0; q < count; q++)
        factor[q] = weigh(room->scores + q * padded, rows, padded, room->weights + q * padded);
    multiply_tile(
        (const uint32_t *)room->weights, padded / 2, room->values, 32, (rows + 1) / 2, count, queries, 2, sums);
#pragma clang loop unroll(full)
    for (int q = 0; q < queries; q++) {
        if ((size_t)q >= count) continue;
        __m512 by = _mm512_set1_ps(factor[q]);
        _mm512_storeu_ps(out + q * hidden, _mm512_mul_ps(sums[q][0], by));
        _mm512_storeu_ps(out + q * hidden + 16, _mm512_mul_ps(sums[q][1], by));
    }
}

static void attend_head(
    const uint16_t *query, size_t stride, size_t rows, size_t hidden, float *out, const struct room *room) {
    size_t padded = (rows + 15) / 16 * 16;
    arrange_keys(query + hidden, stride, rows, padded, room->keys);
    arrange_values(query + 2 * hidden, stride, rows, room->values);
    // A last block of few rows goes a faster way. Both ways add up a row alike.
    for (size_t first = 0; first < rows; first += QUERIES) {
        size_t count = rows - first < QUERIES ? rows - first : QUERIES;
        const uint16_t *block = query + first * stride;
        if (count > QUERIES / 2)
            attend_queries(block, stride, count, rows, padded, hidden, QUERIES, out + first * hidden, room);
        else
            attend_queries(block, stride, count, rows, padded, hidden, QUERIES / 2, out + first * hidden, room);
    }
}

void encoder_attend_bf16(const void *projection, size_t rows, size_t heads, float *out, void *scratch) {
    size_t hidden = heads * ENCODER_HEAD_SIZE, padded = (rows + 31) / 32 * 32;
    struct room room;
    room.keys = scratch;
    room.values = room.keys + padded * PAIRS;
    room.scores = (float *)(room.values + padded * PAIRS);
    room.weights = (uint16_t *)(room.scores + padded * QUERIES);
    for (size_t h = 0; h < heads; h++)
        attend_head(
            (const uint16_t *)projection + h * ENCODER_HEAD_SIZE, 3 * hidden, rows, hidden, out + h * ENCODER_HEAD_SIZE,
            &room);
}

#pragma clang attribute pop
#endif
