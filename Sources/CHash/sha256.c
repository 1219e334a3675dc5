#include "CHash.h"
#include "blocks.h"

#include <string.h>

bool chash_sha256_has_fast(void) {
    // Asked once: on a virtual machine each cpuid is a trip to the host. A race costs a second question only.
    static int answer = -1;
    int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
    if (known < 0) {
        known = chash_sha256_fast_works() ? 1 : 0;
        __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    }
    return known == 1;
}

static void begin(chash_sha256 *state, bool fast) {
    // FIPS 180-4, section 5.3.3.
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memset(state, 0, sizeof *state);
    memcpy(state->words, initial, sizeof initial);
    state->fast = fast;
}

void chash_sha256_init(chash_sha256 *state) { begin(state, chash_sha256_has_fast()); }
void chash_sha256_init_portable(chash_sha256 *state) { begin(state, false); }

static void blocks(chash_sha256 *state, const uint8_t *bytes, size_t count) {
    // The second question keeps a state that was saved on another processor from an illegal instruction.
    if (state->fast && chash_sha256_has_fast()) {
        chash_sha256_blocks_fast(state->words, bytes, count);
    } else {
        chash_sha256_blocks_portable(state->words, bytes, count);
    }
}

void chash_sha256_update(chash_sha256 *state, const void *bytes, size_t count) {
    if (count == 0) return;
    const uint8_t *next = bytes;
    size_t held = state->length % 64;
    state->length += count;
    if (held > 0) {
        size_t taken = count < 64 - held ? count : 64 - held;
        memcpy(state->waiting + held, next, taken);
        if (held + taken < 64) return;
        blocks(state, state->waiting, 1);
        next += taken;
        count -= taken;
    }
    if (count >= 64) {
        blocks(state, next, count / 64);
        next += count & ~(size_t)63;
        count %= 64;
    }
    if (count > 0) memcpy(state->waiting, next, count);
}

// The bytes that fill the block that waits, or all where it stays open.
static size_t to_block_end(const chash_sha256 *state, size_t count) {
    size_t missing = (64 - state->length % 64) % 64;
    return missing < count ? missing : count;
}

void chash_sha256_update_two(chash_sha256 *a, const void *a_bytes, size_t a_count, chash_sha256 *b, const void *b_bytes, size_t b_count) {
    const uint8_t *a_next = a_bytes, *b_next = b_bytes;
    if (a->fast && b->fast && chash_sha256_has_fast()) {
        size_t a_head = to_block_end(a, a_count), b_head = to_block_end(b, b_count);
        size_t a_blocks = (a_count - a_head) / 64, b_blocks = (b_count - b_head) / 64;
        size_t both = 64 * (a_blocks < b_blocks ? a_blocks : b_blocks);
        if (both > 0) {
            chash_sha256_update(a, a_next, a_head);
            chash_sha256_update(b, b_next, b_head);
            chash_sha256_blocks_fast_two(a->words, a_next + a_head, b->words, b_next + b_head, both / 64);
            a->length += both;
            b->length += both;
            a_next += a_head + both;
            a_count -= a_head + both;
            b_next += b_head + both;
            b_count -= b_head + both;
        }
    }
    chash_sha256_update(a, a_next, a_count);
    chash_sha256_update(b, b_next, b_count);
}

static void store(uint8_t *target, uint32_t word) {
    target[0] = (uint8_t)(word >> 24);
    target[1] = (uint8_t)(word >> 16);
    target[2] = (uint8_t)(word >> 8);
    target[3] = (uint8_t)word;
}

void chash_sha256_final(chash_sha256 *state, uint8_t digest[CHASH_SHA256_BYTES]) {
    // FIPS 180-4, section 5.1.1: a one bit, zeros, and the length in bits as the last eight bytes of a block.
    size_t held = state->length % 64;
    uint64_t bits = state->length * 8;
    uint8_t tail[128] = {0};
    size_t tail_length = held < 56 ? 64 : 128;
    memcpy(tail, state->waiting, held);
    tail[held] = 0x80;
    store(tail + tail_length - 8, (uint32_t)(bits >> 32));
    store(tail + tail_length - 4, (uint32_t)bits);
    blocks(state, tail, tail_length / 64);
    for (int i = 0; i < 8; i++) store(digest + 4 * i, state->words[i]);
}
