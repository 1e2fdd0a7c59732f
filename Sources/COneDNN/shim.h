#ifndef QUOTED_CONEDNN_SHIM_H
#define QUOTED_CONEDNN_SHIM_H

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "written for the C interface of oneDNN 2"
#endif

#endif
