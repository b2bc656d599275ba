#include "digest.h"

#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define SHA __attribute__((target("sha,avx2")))
#define INLINE static inline __attribute__((always_inline)) SHA

// FIPS 180-4, 4.2.2.
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The eight words of a state in the order that the instructions want.
typedef struct {
  __m128i abef, cdgh;
} state;

INLINE state initial_state(void) {
  // FIPS 180-4, 5.3.3.
  return (state){
      _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
      _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19)};
}

INLINE __m128i load_words(const uint8_t *bytes) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), swap);
}

// Four rounds with the message's words `words[index]`, and the schedule's next four in their place.
INLINE void four_rounds(state *s, __m128i words[4], int index) {
  __m128i current = words[index & 3];
  __m128i sum =
      _mm_add_epi32(current, _mm_load_si128((const __m128i *)&round_constants[4 * index]));
  s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, sum);
  s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(sum, 0x0e));
  if (index < 12) {
    __m128i last = words[(index + 3) & 3];
    __m128i next = _mm_sha256msg1_epu32(current, words[(index + 1) & 3]);
    next = _mm_add_epi32(next, _mm_alignr_epi8(last, words[(index + 2) & 3], 4));
    words[index & 3] = _mm_sha256msg2_epu32(next, last);
  }
}

INLINE void load_block(__m128i words[4], const uint8_t *block) {
  for (int index = 0; index < 4; index++) words[index] = load_words(block + 16 * index);
}

INLINE void add(state *s, state before) {
  s->abef = _mm_add_epi32(s->abef, before.abef);
  s->cdgh = _mm_add_epi32(s->cdgh, before.cdgh);
}

SHA static void one(state *s, const uint8_t *bytes, size_t blocks) {
  state a = *s;
  for (; blocks > 0; blocks--, bytes += 64) {
    state before = a;
    __m128i words[4];
    load_block(words, bytes);
#pragma clang loop unroll(full)
    for (int index = 0; index < 16; index++) four_rounds(&a, words, index);
    add(&a, before);
  }
  *s = a;
}

SHA static void both(
    state *first, state *second, const uint8_t *first_bytes, const uint8_t *second_bytes,
    size_t blocks) {
  state a = *first, b = *second;
  for (; blocks > 0; blocks--, first_bytes += 64, second_bytes += 64) {
    state before_a = a, before_b = b;
    __m128i words_a[4], words_b[4];
    load_block(words_a, first_bytes);
    load_block(words_b, second_bytes);
#pragma clang loop unroll(full)
    for (int index = 0; index < 16; index++) {
      four_rounds(&a, words_a, index);
      four_rounds(&b, words_b, index);
    }
    add(&a, before_a);
    add(&b, before_b);
  }
  *first = a;
  *second = b;
}

// What is left of a message, its end mark and its length: one block or two.
SHA static void finish(state *s, const uint8_t *rest, size_t rest_count, size_t count, uint8_t *digest) {
  uint8_t tail[128] = {0};
  memcpy(tail, rest, rest_count);
  tail[rest_count] = 0x80;
  size_t blocks = rest_count < 56 ? 1 : 2;
  uint64_t bits = (uint64_t)count * 8;
  for (int index = 0; index < 8; index++) tail[64 * blocks - 1 - index] = (uint8_t)(bits >> (8 * index));
  one(s, tail, blocks);
  uint32_t words[8] = {
      (uint32_t)_mm_extract_epi32(s->abef, 3), (uint32_t)_mm_extract_epi32(s->abef, 2),
      (uint32_t)_mm_extract_epi32(s->cdgh, 3), (uint32_t)_mm_extract_epi32(s->cdgh, 2),
      (uint32_t)_mm_extract_epi32(s->abef, 1), (uint32_t)_mm_extract_epi32(s->abef, 0),
      (uint32_t)_mm_extract_epi32(s->cdgh, 1), (uint32_t)_mm_extract_epi32(s->cdgh, 0)};
  for (int index = 0; index < 8; index++) {
    uint32_t word = __builtin_bswap32(words[index]);
    memcpy(digest + 4 * index, &word, 4);
  }
}

SHA static state state_of(digest_progress progress) {
  state s;
  _Static_assert(sizeof(s) == sizeof(progress), "a state is two registers");
  memcpy(&s, &progress, sizeof(s));
  return s;
}

SHA static digest_progress progress_of(state s) {
  digest_progress progress;
  memcpy(&progress, &s, sizeof(s));
  return progress;
}

SHA digest_progress digest_sha256_begin(void) { return progress_of(initial_state()); }

SHA void digest_sha256_advance(
    digest_progress *first, const uint8_t *first_blocks, digest_progress *second,
    const uint8_t *second_blocks, size_t blocks) {
  state a = state_of(*first), b = state_of(*second);
  both(&a, &b, first_blocks, second_blocks, blocks);
  *first = progress_of(a);
  *second = progress_of(b);
}

SHA void digest_sha256_end(
    digest_progress progress, const uint8_t *rest, size_t rest_count, size_t count,
    uint8_t digest[32]) {
  state s = state_of(progress);
  one(&s, rest, rest_count / 64);
  finish(&s, rest + rest_count / 64 * 64, rest_count % 64, count, digest);
}

int digest_has_pair(void) {
  unsigned a, b, c, d;
  __builtin_cpu_init();  // AVX2 counts only where the system saves its registers, too
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

#else

int digest_has_pair(void) { return 0; }

digest_progress digest_sha256_begin(void) { return (digest_progress){{0}}; }

// Nobody calls what `digest_has_pair` denies.

void digest_sha256_advance(
    digest_progress *first, const uint8_t *first_blocks, digest_progress *second,
    const uint8_t *second_blocks, size_t blocks) {
  (void)first, (void)first_blocks, (void)second, (void)second_blocks, (void)blocks;
  __builtin_trap();
}

void digest_sha256_end(
    digest_progress progress, const uint8_t *rest, size_t rest_count, size_t count,
    uint8_t digest[32]) {
  (void)progress, (void)rest, (void)rest_count, (void)count, (void)digest;
  __builtin_trap();
}

#endif
