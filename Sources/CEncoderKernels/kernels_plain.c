#include "kernels.h"

// What every processor of the architecture has: SSE2 or Neon.
#define WIDTH 4
#define QUERIES 6
#define VMAX(a, b) select_float((a) > (b), (a), (b))
#define VMIN(a, b) select_float((a) < (b), (a), (b))

#include "rows.h"
#include "attention.h"

const struct encoder_kernels encoder_kernels_plain = KERNELS(ENCODER_PLAIN);
