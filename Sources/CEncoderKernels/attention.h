// Attention and the last dense layer in f32, compiled once per instruction set: see rows.h. QUERIES rows by two
// vectors of sums fill the registers.

// c[rows x 2 vectors] = a[rows x depth] * b[depth x 2 vectors], rows at most QUERIES. `c` has room for QUERIES rows.
static inline void multiply_tile(
    const float *a, size_t a_stride, const float *b, size_t b_stride, size_t depth, size_t rows, float *c,
    size_t c_stride) {
    vf sums[QUERIES][2];
    const float *row[QUERIES];
#pragma clang loop unroll(full)
    for (int q = 0; q < QUERIES; q++) {
        // Rows that are not there repeat the last: a branch less.
        row[q] = a + ((size_t)q < rows ? (size_t)q : rows - 1) * a_stride;
        sums[q][0] = sums[q][1] = splat(0);
    }
    for (size_t k = 0; k < depth; k++, b += b_stride) {
        vf left = load(b), right = load(b + WIDTH);
#pragma clang loop unroll(full)
        for (int q = 0; q < QUERIES; q++) {
            vf factor = splat(row[q][k]);
            sums[q][0] = factor * left + sums[q][0];
            sums[q][1] = factor * right + sums[q][1];
        }
    }
#pragma clang loop unroll(full)
    for (int q = 0; q < QUERIES; q++) {
        store(c + q * c_stride, sums[q][0]);
        store(c + q * c_stride + WIDTH, sums[q][1]);
    }
}

// 2 to the power of x, x <= 0, to 2 units in the last place (Cephes' exp2f).
static inline vf power_of_two(vf x) {
    x = VMAX(x, splat(-126));
    vf shifted = x + ROUNDER, f = x - (shifted - ROUNDER);
    vf p = splat(1.535336188319500e-4f) * f + 1.339887440266574e-3f;
    p = p * f + 9.618437357674640e-3f;
    p = p * f + 5.550332471162809e-2f;
    p = p * f + 2.402264791363012e-1f;
    p = p * f + 6.931472028550421e-1f;
    p = p * f + 1.0f;
    return (vf)((vi)p + ((vi)shifted << 23));
}

// Scores to weights that still have to be divided by their sum, which is returned.
static inline float weigh(float *scores, size_t count, size_t padded) {
    for (size_t k = count; k < padded; k++) scores[k] = -1e30f;
    vf largest = load(scores), total = {};
    for (size_t k = WIDTH; k < padded; k += WIDTH) largest = VMAX(largest, load(scores + k));
    float most = largest[0];
    for (int i = 1; i < WIDTH; i++) most = largest[i] > most ? largest[i] : most;
    for (size_t k = 0; k < padded; k += WIDTH) {
        vf weight = power_of_two(load(scores + k) - most);
        total += weight;
        store(scores + k, weight);
    }
    return sum_of(total);
}

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

// Keys by dimensions: [32 x padded keys], 4 x 4 at a time.
static inline void arrange_keys(const float *key, size_t stride, size_t rows, size_t padded, float *keys) {
    for (size_t k = 0; k < padded; k += 4) {
        const float *row[4];
        // Any finite numbers do for keys that are not there.
        for (size_t i = 0; i < 4; i++) row[i] = key + (k + i < rows ? k + i : rows - 1) * stride;
        for (size_t d = 0; d < ENCODER_HEAD_SIZE; d += 4) {
            four a = *(const four *)(row[0] + d), b = *(const four *)(row[1] + d);
            four c = *(const four *)(row[2] + d), e = *(const four *)(row[3] + d);
            four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
            four ce = __builtin_shufflevector(c, e, 0, 4, 1, 5), ce2 = __builtin_shufflevector(c, e, 2, 6, 3, 7);
            float *to = keys + d * padded + k;
            *(four *)to = __builtin_shufflevector(ab, ce, 0, 1, 4, 5);
            *(four *)(to + padded) = __builtin_shufflevector(ab, ce, 2, 3, 6, 7);
            *(four *)(to + 2 * padded) = __builtin_shufflevector(ab2, ce2, 0, 1, 4, 5);
            *(four *)(to + 3 * padded) = __builtin_shufflevector(ab2, ce2, 2, 3, 6, 7);
        }
    }
}

static inline void attend_head(
    const float *query, size_t stride, size_t rows, size_t hidden, float *out, float *keys, float *scores) {
    const float *key = query + hidden, *value = query + 2 * hidden;
    size_t padded = (rows + 2 * WIDTH - 1) / (2 * WIDTH) * (2 * WIDTH);
    arrange_keys(key, stride, rows, padded, keys);
    for (size_t first = 0; first < rows; first += QUERIES) {
        size_t count = rows - first < QUERIES ? rows - first : QUERIES;
        for (size_t k = 0; k < padded; k += 2 * WIDTH)
            multiply_tile(
                query + first * stride, stride, keys + k, padded, ENCODER_HEAD_SIZE, count, scores + k, padded);
        float factor[QUERIES], tile[QUERIES * 2 * WIDTH];
        for (size_t q = 0; q < count; q++) factor[q] = 1 / weigh(scores + q * padded, rows, padded);
        for (size_t d = 0; d < ENCODER_HEAD_SIZE; d += 2 * WIDTH) {
            multiply_tile(scores, padded, value + d, stride, rows, count, tile, 2 * WIDTH);
            for (size_t q = 0; q < count; q++)
                for (size_t i = 0; i < 2 * WIDTH; i++)
                    out[(first + q) * hidden + d + i] = tile[q * 2 * WIDTH + i] * factor[q];
        }
    }
}

__attribute__((unused)) static void attend(
    const void *projection, size_t rows, size_t heads, float *out, void *scratch) {
    size_t hidden = heads * ENCODER_HEAD_SIZE, padded = (rows + 31) / 32 * 32;
    float *keys = scratch, *scores = keys + padded * ENCODER_HEAD_SIZE;
    for (size_t h = 0; h < heads; h++)
        attend_head(
            (const float *)projection + h * ENCODER_HEAD_SIZE, 3 * hidden, rows, hidden, out + h * ENCODER_HEAD_SIZE,
            keys, scores);
}

static void classify(
    const float *x, size_t rows, size_t hidden, const float *weight, const float *bias, size_t stride, size_t columns,
    float *out) {
    float tile[QUERIES * 2 * WIDTH];
    for (size_t c = 0; c < columns; c += 2 * WIDTH) {
        size_t width = columns - c < 2 * WIDTH ? columns - c : 2 * WIDTH;
        for (size_t first = 0; first < rows; first += QUERIES) {
            size_t count = rows - first < QUERIES ? rows - first : QUERIES;
            multiply_tile(x + first * hidden, hidden, weight + c, stride, hidden, count, tile, 2 * WIDTH);
            for (size_t q = 0; q < count; q++)
                for (size_t i = 0; i < width; i++)
                    out[(first + q) * columns + c + i] = tile[q * 2 * WIDTH + i] + bias[c + i];
        }
    }
}

#define KERNELS(LEVEL)                                                                                                 \
    {                                                                                                                  \
        .level = LEVEL, .projection_bytes = 4, .embed = embed, .quantise = quantise, .project = project, .gelu = gelu, \
        .add_and_normalise = add_and_normalise, .attend = attend, .classify = classify,                                \
    }
