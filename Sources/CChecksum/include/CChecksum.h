#ifndef CCHECKSUM_H
#define CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, RFC 3720 appendix B.4).
/// Start with `crc` 0; pass the result of one call to the next to go on. Uses the processor's instruction where it has one.
uint32_t cchecksum_crc32c(uint32_t crc, const void *data, size_t length);

/// The same by table alone, to compare with.
uint32_t cchecksum_crc32c_table(uint32_t crc, const void *data, size_t length);

#endif
