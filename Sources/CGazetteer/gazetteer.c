#include "CGazetteer.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static _Alignas(8) const unsigned char table[] = {
#embed "gazetteer.bin"
};

const size_t quoted_gazetteer_size = sizeof table;

const unsigned char *quoted_gazetteer_bytes(void) { return table; }
