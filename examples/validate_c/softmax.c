#include <math.h>
#include <stddef.h>

// With -DNO_SHIFT as one would write it first: without subtracting the maximum, so that exp overflows from 89 on.
void my_softmax(const float *x, float *y, size_t rows, size_t cols) {
  for (size_t r = 0; r < rows; ++r, x += cols, y += cols) {
    float max = 0;
#ifndef NO_SHIFT
    max = -INFINITY;
    for (size_t i = 0; i < cols; ++i) {
      if (x[i] > max) max = x[i];
    }
#endif
    float sum = 0;
    for (size_t i = 0; i < cols; ++i) sum += y[i] = expf(x[i] - max);
    for (size_t i = 0; i < cols; ++i) y[i] /= sum;
  }
}
