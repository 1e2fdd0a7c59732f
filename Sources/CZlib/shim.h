#ifndef QUOTED_CZLIB_SHIM_H
#define QUOTED_CZLIB_SHIM_H

#include <zlib.h>

// `inflateInit2` is a macro, which Swift does not import. 15 + 16: the largest window, gzip headers only.
static inline int zlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
