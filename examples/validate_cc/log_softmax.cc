#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace {

// The shifted form: x - max is exact or nearly so, and the logarithm is that of a sum between 1 and n.
template <class T>
void LogSoftmax(std::span<const T> x, std::span<T> y) {
  T max = -std::numeric_limits<T>::infinity();
  for (const T value : x) max = std::max(max, value);
  T sum = 0;
  for (const T value : x) sum += std::exp(value - max);
#ifdef LOG_OF_SOFTMAX
  // As one would write it first. A share that underflows has the logarithm -inf.
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::log(std::exp(x[i] - max) / sum);
#else
  const T log_sum = std::log(sum);
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = (x[i] - max) - log_sum;
#endif
}

}  // namespace

// A name that is not mangled: what a library exports, and what the declaration calls.
extern "C" void my_log_softmax(int cols, int rows, const double* logits, double* result) {
  const auto n = static_cast<std::size_t>(cols);
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
    LogSoftmax<double>({logits + r * n, n}, {result + r * n, n});
  }
}
