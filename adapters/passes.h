// The three passes that people write around somebody's vector functions: maximum; exponentials and their sum, in the
// lanes of a vector; division. A library of functions D has T, V, kLanes, Load, Store, Set, Add, Sub, Div, Exp of
// vectors and Log of a number.
#ifndef SOFTMAX_VERIFY_ADAPTERS_PASSES_H_
#define SOFTMAX_VERIFY_ADAPTERS_PASSES_H_

#include <immintrin.h>

#include <algorithm>
#include <limits>

#include "adapters/adapter.h"

namespace softmax_verify::adapters {

// Vectors of 256 bits: what is the same for every library.
struct F32 {
  using T = float;
  using V = __m256;
  static constexpr std::size_t kLanes = 8;
  static V Load(const T* from) { return _mm256_loadu_ps(from); }
  static void Store(T* to, V v) { _mm256_storeu_ps(to, v); }
  static V Set(T value) { return _mm256_set1_ps(value); }
  static V Add(V a, V b) { return _mm256_add_ps(a, b); }
  static V Sub(V a, V b) { return _mm256_sub_ps(a, b); }
  static V Mul(V a, V b) { return _mm256_mul_ps(a, b); }
  static V Div(V a, V b) { return _mm256_div_ps(a, b); }
};

struct F64 {
  using T = double;
  using V = __m256d;
  static constexpr std::size_t kLanes = 4;
  static V Load(const T* from) { return _mm256_loadu_pd(from); }
  static void Store(T* to, V v) { _mm256_storeu_pd(to, v); }
  static V Set(T value) { return _mm256_set1_pd(value); }
  static V Add(V a, V b) { return _mm256_add_pd(a, b); }
  static V Sub(V a, V b) { return _mm256_sub_pd(a, b); }
  static V Div(V a, V b) { return _mm256_div_pd(a, b); }
};

// Applies `each` to every vector of a row, the last one filled up with `fill`, and stores what it gives.
template <class D, class Each>
void ForVectors(const typename D::T* x, typename D::T* y, std::size_t n, typename D::T fill, Each each) {
  std::size_t i = 0;
  for (; i + D::kLanes <= n; i += D::kLanes) D::Store(y + i, each(D::Load(x + i)));
  if (i == n) return;
  typename D::T last[D::kLanes];
  std::fill(std::copy(x + i, x + n, last), last + D::kLanes, fill);
  D::Store(last, each(D::Load(last)));
  std::copy(last, last + (n - i), y + i);
}

// A maximum that keeps a NaN.
template <class T>
T Maximum(const T* x, std::size_t n) {
  T maximum = x[0];
  for (std::size_t i = 1; i < n; ++i) maximum = maximum > x[i] || maximum != maximum ? maximum : x[i];
  return maximum;
}

// y_i = exp(x_i - m), and their sum.
template <class D>
typename D::T Exponentials(const typename D::T* x, typename D::T* y, std::size_t n, typename D::T maximum) {
  using T = typename D::T;
  typename D::V sum = D::Set(0);
  ForVectors<D>(x, y, n, -std::numeric_limits<T>::infinity(), [&](typename D::V v) {
    v = D::Exp(D::Sub(v, D::Set(maximum)));
    sum = D::Add(sum, v);
    return v;
  });
  T lanes[D::kLanes];
  D::Store(lanes, sum);
  T total = 0;
  for (const T lane : lanes) total += lane;
  return total;
}

template <class D, class T = typename D::T>
int Softmax(const T* x, T* y, std::size_t rows, std::size_t cols) {
  return Run([&] {
    for (std::size_t r = 0; cols > 0 && r < rows; ++r, x += cols, y += cols) {
      const T total = Exponentials<D>(x, y, cols, Maximum(x, cols));
      ForVectors<D>(y, y, cols, 0, [&](typename D::V v) { return D::Div(v, D::Set(total)); });
    }
  });
}

template <class D, class T = typename D::T>
int LogSoftmax(const T* x, T* y, std::size_t rows, std::size_t cols) {
  return Run([&] {
    for (std::size_t r = 0; cols > 0 && r < rows; ++r, x += cols, y += cols) {
      const T maximum = Maximum(x, cols);
      const T log_sum = D::Log(Exponentials<D>(x, y, cols, maximum));
      ForVectors<D>(x, y, cols, 0,
                    [&](typename D::V v) { return D::Sub(D::Sub(v, D::Set(maximum)), D::Set(log_sum)); });
    }
  });
}

}  // namespace softmax_verify::adapters

#endif  // SOFTMAX_VERIFY_ADAPTERS_PASSES_H_
