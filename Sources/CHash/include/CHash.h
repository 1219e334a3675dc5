#ifndef RESTLAKE_CHASH_H
#define RESTLAKE_CHASH_H

// SHA-256 (FIPS 180-4), streaming.
//
// In C because Swift cannot use the processor's SHA instructions (they are about six times as fast as the best Swift).
// Which code runs is found out at run time, so one build serves every processor.
//
//     chash_sha256 state;
//     chash_sha256_init(&state);
//     chash_sha256_update(&state, bytes, count);      // as often as needed, in pieces of any size
//     uint8_t digest[32];
//     chash_sha256_final(&state, digest);

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHASH_SHA256_BYTES 32

/// A checksum in the making. A plain value without pointers: a copy of it goes on by itself. `words`, `length` and
/// `waiting` are the whole of it; put into a state that was begun anew, they go on after a restart, on any processor.
typedef struct {
    /// The eight working words.
    uint32_t words[8];
    /// Bytes taken in so far.
    uint64_t length;
    /// The first `length % 64` bytes of it wait here for the rest of their block.
    uint8_t waiting[64];
    /// Whether the blocks go through the SHA instructions.
    bool fast;
} chash_sha256;

/// Begins a checksum, with the SHA instructions where the processor has them.
void chash_sha256_init(chash_sha256 *state);

/// Begins a checksum that uses portable C only: the judge of the fast one in tests.
void chash_sha256_init_portable(chash_sha256 *state);

/// Takes in `count` bytes. `bytes` may be null when `count` is 0.
void chash_sha256_update(chash_sha256 *state, const void *bytes, size_t count);

/// Takes bytes into two checksums, side by side: the SHA instructions wait for each other within one checksum, so that two
/// of them take little longer than one. The two states must not be the same.
void chash_sha256_update_two(chash_sha256 *a, const void *a_bytes, size_t a_count, chash_sha256 *b, const void *b_bytes, size_t b_count);

/// Ends the checksum. The state is used up: begin it anew before the next use.
void chash_sha256_final(chash_sha256 *state, uint8_t digest[CHASH_SHA256_BYTES]);

/// Whether this processor has the SHA instructions.
bool chash_sha256_has_fast(void);

#endif
