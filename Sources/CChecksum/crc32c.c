#include "CChecksum.h"

#include <pthread.h>
#include <string.h>

#if defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

typedef uint32_t (*update_function)(uint32_t, const unsigned char *, size_t);

static uint32_t table[8][256];
static update_function chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Slicing by eight (Kounavis and Berry, 2005): eight bytes per step.
static uint32_t update_table(uint32_t crc, const unsigned char *p, size_t n) {
    while (n >= 8) {
        uint32_t a = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24]
            ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
        p += 8;
        n -= 8;
    }
    while (n--) crc = table[0][(crc ^ *p++) & 255] ^ crc >> 8;
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
static uint32_t update_hardware(uint32_t crc, const unsigned char *p, size_t n) {
    uint64_t wide = crc, word;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    while (n--) crc = __builtin_ia32_crc32qi(crc, *p++);
    return crc;
}
static int has_hardware(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__)
__attribute__((target("crc")))
static uint32_t update_hardware(uint32_t crc, const unsigned char *p, size_t n) {
    uint64_t word;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        crc = __crc32cd(crc, word);
    }
    while (n--) crc = __crc32cb(crc, *p++);
    return crc;
}
static int has_hardware(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#else
#define update_hardware update_table
static int has_hardware(void) { return 0; }
#endif

static void prepare(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
        table[0][i] = crc;
    }
    for (int k = 1; k < 8; k++)
        for (int i = 0; i < 256; i++) table[k][i] = table[0][table[k - 1][i] & 255] ^ table[k - 1][i] >> 8;
    chosen = has_hardware() ? update_hardware : update_table;
}

uint32_t cchecksum_crc32c(uint32_t crc, const void *data, size_t length) {
    pthread_once(&once, prepare);
    return ~chosen(~crc, data, length);
}

uint32_t cchecksum_crc32c_table(uint32_t crc, const void *data, size_t length) {
    pthread_once(&once, prepare);
    return ~update_table(~crc, data, length);
}
