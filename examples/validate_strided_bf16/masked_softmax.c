#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef FINITE_MASK
#define MASKED -10000.0f  // as one finds it: not zero where all that is kept is as low, or rows are masked throughout
#else
#define MASKED -INFINITY
#endif

static float Widen(uint16_t bits) {
  const uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

// To nearest, ties to even; a NaN stays one.
static uint16_t Narrow(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  if (isnan(value)) return (uint16_t)(word >> 16 | 0x40);
  return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

// Rows of bf16 with room between them; `keep` has none. Returns 0, or 1 where sizes make no sense.
int my_masked_softmax(const uint16_t *x, size_t ldx, const uint8_t *keep, uint16_t *y, size_t ldy, int rows, int cols,
                      float scale) {
  if (rows < 0 || cols < 0 || ldx < (size_t)cols || ldy < (size_t)cols) return 1;
  for (int r = 0; r < rows; ++r, x += ldx, y += ldy, keep += cols) {
    float max = -INFINITY, sum = 0;
    for (int i = 0; i < cols; ++i) max = fmaxf(max, keep[i] ? Widen(x[i]) * scale : MASKED);
    // Twice the exponential, rather than memory for floats: the sum is not of rounded terms.
    for (int i = 0; i < cols; ++i) sum += expf((keep[i] ? Widen(x[i]) * scale : MASKED) - max);
    for (int i = 0; i < cols; ++i) y[i] = Narrow(expf((keep[i] ? Widen(x[i]) * scale : MASKED) - max) / sum);
  }
  return 0;
}
