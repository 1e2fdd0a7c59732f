#ifndef CGAZETTEER_H
#define CGAZETTEER_H

#include <stddef.h>

/// The table of names; its format is described in training/gazetteer.py.
const unsigned char *quoted_gazetteer_bytes(void);

/// Bytes of the table.
extern const size_t quoted_gazetteer_size;

#endif
