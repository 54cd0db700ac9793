/* Softmax of one row in f32 and in bf16, from C. */
#include <softmax_verify/kernels.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { kCols = 4 };

/* bf16 is the upper half of a float. */
static float FromBf16(uint16_t value) {
  const uint32_t bits = (uint32_t)value << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

int main(void) {
  const float x[kCols] = {1, 2, 3, 4};
  float y[kCols];
  sv_softmax_f32(x, y, 1, kCols);
  printf("f32 ");
  for (int i = 0; i < kCols; ++i) printf(" %.4f", y[i]);

  const uint16_t x_bf16[kCols] = {0x3f80, 0x4000, 0x4040, 0x4080};
  uint16_t y_bf16[kCols];
  sv_softmax_bf16(x_bf16, y_bf16, 1, kCols);
  printf("\nbf16");
  for (int i = 0; i < kCols; ++i) printf(" %.4f", FromBf16(y_bf16[i]));
  printf("\n");
}
