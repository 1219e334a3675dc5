#include "blocks.h"

// SHA-256 with the SHA extensions of x86-64. The attribute on the one function gives it the instructions without a
// compiler flag, which would hand them to all the other code too and end its portability.

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool chash_sha256_fast_works(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & (1u << 29))) return false;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 19)) && (c & (1u << 9));  // SSE4.1 and SSSE3
}

// The processor wants the eight words as two registers, ABEF and CDGH, highest word first.
struct lane {
    __m128i abef, cdgh, abef_before, cdgh_before, w[4];
};

#define WITH_SHA __attribute__((target("sha,sse4.1"), always_inline)) static inline

WITH_SHA void load(struct lane *lane, const uint32_t words[8]) {
    __m128i dcba = _mm_loadu_si128((const __m128i *)words);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(words + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
    __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    lane->abef = _mm_alignr_epi8(cdab, efgh, 8);
    lane->cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
}

WITH_SHA void store(const struct lane *lane, uint32_t words[8]) {
    __m128i feba = _mm_shuffle_epi32(lane->abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(lane->cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)words, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

WITH_SHA void begin_block(struct lane *lane, const uint8_t *bytes) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    lane->abef_before = lane->abef;
    lane->cdgh_before = lane->cdgh;
    for (int i = 0; i < 4; i++) lane->w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), big_endian);
}

// Four rounds. Step i uses the four schedule words w[i % 4]; while it runs, the words of step i + 4 are made from those of
// steps i to i + 3, in the place of the ones just used.
WITH_SHA void step(struct lane *lane, int i) {
    __m128i *w = lane->w;
    __m128i sum = _mm_add_epi32(w[i & 3], _mm_loadu_si128((const __m128i *)(chash_sha256_constants + 4 * i)));
    lane->cdgh = _mm_sha256rnds2_epu32(lane->cdgh, lane->abef, sum);
    lane->abef = _mm_sha256rnds2_epu32(lane->abef, lane->cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if (i < 12) {
        __m128i seven_back = _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4);
        __m128i begun = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), seven_back);
        w[i & 3] = _mm_sha256msg2_epu32(begun, w[(i + 3) & 3]);
    }
}

WITH_SHA void end_block(struct lane *lane) {
    lane->abef = _mm_add_epi32(lane->abef, lane->abef_before);
    lane->cdgh = _mm_add_epi32(lane->cdgh, lane->cdgh_before);
}

__attribute__((target("sha,sse4.1")))
void chash_sha256_blocks_fast(uint32_t words[8], const uint8_t *bytes, size_t blocks) {
    struct lane lane;
    load(&lane, words);
    for (; blocks > 0; blocks--, bytes += 64) {
        begin_block(&lane, bytes);
        // Unrolled, or the indexes into w stay memory accesses.
        #pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) step(&lane, i);
        end_block(&lane);
    }
    store(&lane, words);
}

// Each step waits for the one before it, of its own lane alone: two lanes fill each other's gaps.
__attribute__((target("sha,sse4.1")))
void chash_sha256_blocks_fast_two(
    uint32_t a_words[8], const uint8_t *a_bytes, uint32_t b_words[8], const uint8_t *b_bytes, size_t blocks) {
    struct lane a, b;
    load(&a, a_words);
    load(&b, b_words);
    for (; blocks > 0; blocks--, a_bytes += 64, b_bytes += 64) {
        begin_block(&a, a_bytes);
        begin_block(&b, b_bytes);
        #pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            step(&a, i);
            step(&b, i);
        }
        end_block(&a);
        end_block(&b);
    }
    store(&a, a_words);
    store(&b, b_words);
}

#else

bool chash_sha256_fast_works(void) { return false; }

void chash_sha256_blocks_fast(uint32_t words[8], const uint8_t *bytes, size_t blocks) {
    chash_sha256_blocks_portable(words, bytes, blocks);
}

void chash_sha256_blocks_fast_two(
    uint32_t a_words[8], const uint8_t *a_bytes, uint32_t b_words[8], const uint8_t *b_bytes, size_t blocks) {
    chash_sha256_blocks_portable(a_words, a_bytes, blocks);
    chash_sha256_blocks_portable(b_words, b_bytes, blocks);
}

#endif
