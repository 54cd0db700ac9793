#include "softmax.h"

#include <algorithm>
#include <cmath>

namespace {

void Normalize(const float* x, float shift, float* y, std::size_t cols) {
  float sum = 0;
  for (std::size_t i = 0; i < cols; ++i) sum += y[i] = std::exp(x[i] - shift);
  for (std::size_t i = 0; i < cols; ++i) y[i] /= sum;
}

}  // namespace

void Softmax(const float* x, float* y, std::size_t rows, std::size_t cols) {
  for (std::size_t r = 0; r < rows; ++r, x += cols, y += cols) Normalize(x, *std::max_element(x, x + cols), y, cols);
}

void SoftmaxWithoutShift(const float* x, float* y, std::size_t rows, std::size_t cols) {
  for (std::size_t r = 0; r < rows; ++r, x += cols, y += cols) Normalize(x, 0, y, cols);
}
