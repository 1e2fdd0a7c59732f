// Row kernels, compiled once per instruction set: the including file says WIDTH (floats in a vector), VMAX and VMIN.
// Written with clang's vector types, because the compiler does not vectorise sums of floats by itself.

typedef float vf __attribute__((vector_size(WIDTH * 4)));
typedef int32_t vi __attribute__((vector_size(WIDTH * 4)));
typedef uint8_t vb __attribute__((vector_size(WIDTH)));
typedef int8_t vc __attribute__((vector_size(WIDTH)));
// The same in memory, aligned like their elements.
typedef float mf __attribute__((vector_size(WIDTH * 4), aligned(4), may_alias));
typedef int32_t mi __attribute__((vector_size(WIDTH * 4), aligned(4), may_alias));
typedef uint8_t mb __attribute__((vector_size(WIDTH), aligned(1), may_alias));
typedef int8_t mc __attribute__((vector_size(WIDTH), aligned(1), may_alias));

static inline vf load(const float *p) { return *(const mf *)p; }
static inline void store(float *p, vf v) { *(mf *)p = v; }
// Not 0 + x, which the compiler has to compute for -0.
static inline vf splat(float x) { return x - (vf){}; }

__attribute__((unused)) static inline vf select_float(vi mask, vf a, vf b) {
    return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

// By halves: one after the other would wait for each addition.
static inline float sum_of(vf v) {
    float part[WIDTH];
    store(part, v);
#pragma clang loop unroll(full)
    for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) part[i] += part[i + half];
    return part[0];
}

// Adding 1.5 * 2^23 leaves a float's nearest whole number in its low bits.
#define ROUNDER 12582912.0f

// ---- Sums of the dense layers ----

static inline vf value_of(const struct encoder_dense *d, const int32_t *sums, vf row_scale, size_t c) {
    vi exact = *(const mi *)(sums + c) - *(const mi *)(d->correction + c);
    return __builtin_convertvector(exact, vf) * (row_scale * load(d->scale + c)) + load(d->bias + c);
}

// ---- Quantisation ----

static inline void quantise_row(const float *x, size_t columns, float largest, int limit, uint8_t *out, float *scale) {
    // A row of zeros needs any scale but a division by zero.
    float step = largest > 0 ? largest / limit : 1;
    vf inverse = splat(1 / step), shift = splat(ROUNDER + limit + 1);
    for (size_t c = 0; c < columns; c += WIDTH) {
        vi bits = (vi)(load(x + c) * inverse + shift);
        *(mb *)(out + c) = __builtin_convertvector(bits & 255, vb);
    }
    *scale = step;
}

// Absolute values order alike as floats and as integers.
static inline vi larger_magnitude(vi largest, vf v) { return __builtin_elementwise_max(largest, (vi)v & 0x7fffffff); }

static inline float largest_of(vi magnitudes) {
    int32_t bits = __builtin_reduce_max(magnitudes);
    float largest;
    __builtin_memcpy(&largest, &bits, sizeof largest);
    return largest;
}

static void quantise(const float *x, size_t rows, size_t columns, int limit, uint8_t *out, float *row_scale) {
    for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
        vi a = {}, b = {};
        for (size_t c = 0; c < columns; c += 2 * WIDTH) {
            a = larger_magnitude(a, load(x + c));
            b = larger_magnitude(b, load(x + c + WIDTH));
        }
        quantise_row(x, columns, largest_of(__builtin_elementwise_max(a, b)), limit, out, row_scale + r);
    }
}

static void project(
    const struct encoder_dense *d, const int32_t *sums, const float *row_scale, size_t rows, void *out) {
    float *to = out;
    for (size_t r = 0; r < rows; r++, sums += d->columns, to += d->columns) {
        vf scale = splat(row_scale[r]);
        for (size_t c = 0; c < d->columns; c += WIDTH) store(to + c, value_of(d, sums, scale, c));
    }
}

// ---- GELU ----

#define GELU_END 4.5f
#define GELU_8 3.03643083e-11f
#define GELU_7 -3.31467098e-09f
#define GELU_6 1.59100097e-07f
#define GELU_5 -4.45173737e-06f
#define GELU_4 8.14252562e-05f
#define GELU_3 -0.00103759184f
#define GELU_2 0.00958520453f
#define GELU_1 -0.0659846589f
#define GELU_0 0.398712605f

// x * (1 + erf(x / sqrt 2)) / 2, off by at most 6e-5: far less than the rounding to 8 bits that follows. The
// polynomial in x squared was fitted (Lawson's minimax) to the normal distribution function for |x| up to 4.5, beyond
// which it is taken as constant.
static inline vf gelu_of(vf x) {
    vf u = VMAX(VMIN(x, splat(GELU_END)), splat(-GELU_END)), t = u * u;
    vf p = splat(GELU_8) * t + GELU_7;
    p = p * t + GELU_6;
    p = p * t + GELU_5;
    p = p * t + GELU_4;
    p = p * t + GELU_3;
    p = p * t + GELU_2;
    p = p * t + GELU_1;
    p = p * t + GELU_0;
    return x * (u * p + 0.5f);
}

static void gelu(
    const struct encoder_dense *d, int32_t *sums, float *row_scale, size_t rows, int limit, uint8_t *out) {
    for (size_t r = 0; r < rows; r++, sums += d->columns, out += d->columns) {
        vf scale = splat(row_scale[r]);
        float *values = (float *)sums;
        vi a = {}, b = {};
        for (size_t c = 0; c < d->columns; c += 2 * WIDTH) {
            vf v = gelu_of(value_of(d, sums, scale, c)), w = gelu_of(value_of(d, sums, scale, c + WIDTH));
            a = larger_magnitude(a, v);
            b = larger_magnitude(b, w);
            *(mi *)(sums + c) = (vi)v;
            *(mi *)(sums + c + WIDTH) = (vi)w;
        }
        quantise_row(values, d->columns, largest_of(__builtin_elementwise_max(a, b)), limit, out, row_scale + r);
    }
}

// ---- LayerNorm ----

// `total` is the sum of the row.
static inline void normalise_row(float *x, size_t columns, float total, const struct encoder_norm *norm) {
    vf mean = splat(total / columns), squares = {};
    for (size_t c = 0; c < columns; c += WIDTH) {
        vf v = load(x + c) - mean;
        squares = v * v + squares;
    }
    vf factor = splat(1 / __builtin_sqrtf(sum_of(squares) / columns + 1e-12f));
    for (size_t c = 0; c < columns; c += WIDTH)
        store(x + c, (load(x + c) - mean) * factor * load(norm->weight + c) + load(norm->bias + c));
}

static void add_and_normalise(
    const struct encoder_dense *d, const struct encoder_norm *norm, const int32_t *sums, const float *row_scale,
    size_t rows, float *x) {
    for (size_t r = 0; r < rows; r++, sums += d->columns, x += d->columns) {
        vf scale = splat(row_scale[r]), total = {};
        for (size_t c = 0; c < d->columns; c += WIDTH) {
            vf v = value_of(d, sums, scale, c) + load(x + c);
            total += v;
            store(x + c, v);
        }
        normalise_row(x, d->columns, sum_of(total), norm);
    }
}

// ---- Embeddings ----

static void embed(
    const struct encoder_embedding *e, const int32_t *pieces, const uint8_t *values, size_t rows, float *x) {
    size_t hidden = e->hidden;
    for (size_t r = 0; r < rows; r++, values += e->features, x += hidden) {
        const int8_t *word = e->word + (size_t)pieces[r] * hidden;
        const float *position = e->position + r * hidden;
        vf scale = splat(e->word_scale[pieces[r]]), total = {};
        for (size_t c = 0; c < hidden; c += WIDTH) {
            vf v = __builtin_convertvector(*(const mc *)(word + c), vf) * scale + load(position + c);
            for (size_t f = 0; f < e->features; f++) v += load(e->feature[f] + values[f] * hidden + c);
            total += v;
            store(x + c, v);
        }
        normalise_row(x, hidden, sum_of(total), &e->norm);
    }
}
