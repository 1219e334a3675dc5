#ifndef RESTLAKE_CHASH_BLOCKS_H
#define RESTLAKE_CHASH_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The two ways through whole blocks of 64 bytes. Both read and write the eight words in the order of FIPS 180-4.

/// The 64 round constants of FIPS 180-4, section 4.2.2.
extern const uint32_t chash_sha256_constants[64];

void chash_sha256_blocks_portable(uint32_t words[8], const uint8_t *bytes, size_t blocks);

/// Only where `chash_sha256_fast_works` says yes.
void chash_sha256_blocks_fast(uint32_t words[8], const uint8_t *bytes, size_t blocks);

/// The same number of blocks for two checksums at the same time.
void chash_sha256_blocks_fast_two(
    uint32_t a_words[8], const uint8_t *a_bytes, uint32_t b_words[8], const uint8_t *b_bytes, size_t blocks);

/// Asks the processor, each time anew.
bool chash_sha256_fast_works(void);

#endif
