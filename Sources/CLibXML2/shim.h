#ifndef QUOTED_CLIBXML2_SHIM_H
#define QUOTED_CLIBXML2_SHIM_H

#include <libxml/HTMLparser.h>
#include <libxml/entities.h>
#include <libxml/parser.h>

// `xmlFree` is a variable, which Swift must not read.
static inline void libxml2_free(void *memory) { xmlFree(memory); }

#endif
