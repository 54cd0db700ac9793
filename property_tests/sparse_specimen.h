// For the specimens of the sparse maps: what most of them start from.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_SPARSE_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_SPARSE_SPECIMEN_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {

// The logits relative to their maximum, at most 0. Nothing for a row whose results are NaN: y is filled with it.
template <class T>
std::vector<T> Below(std::span<const T> x, std::span<T> y) {
  const T m = Maximum(x);
  std::vector<T> c(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) c[i] = x[i] - m;
  if (std::any_of(c.begin(), c.end(), [](T value) { return std::isnan(value); })) {
    std::fill(y.begin(), y.end(), std::numeric_limits<T>::quiet_NaN());
    return {};
  }
  return c;
}

template <class T>
std::vector<T> Descending(std::vector<T> c) {
  std::sort(c.begin(), c.end(), std::greater<T>());
  return c;
}

template <class T>
T PositivePart(T t) {
  return t > 0 ? t : T{0};
}

// The usual sparsemax: sorted logits, their cumulative sums, the last k with 1 + k z_k > z_1 + ... + z_k.
template <class T>
struct SortedSupport {
  std::size_t k = 0;
  T sum = 0;  // of the first k
  T Threshold() const { return (sum - 1) / static_cast<T>(k); }
};
template <class T, class Number = T>
SortedSupport<T> FindSupport(const std::vector<T>& c) {
  SortedSupport<T> support;
  Number sum = 0;
  std::size_t k = 0;
  for (const T value : Descending(c)) {
    sum += value;
    ++k;
    if (1 + static_cast<Number>(k) * static_cast<Number>(value) > sum) support = {k, static_cast<T>(sum)};
  }
  return support;
}

template <class T>
void Subtract(const std::vector<T>& c, T threshold, std::span<T> y) {
  for (std::size_t i = 0; i < c.size(); ++i) y[i] = PositivePart(c[i] - threshold);
}

// entmax15: half the distances; the squares above a threshold, and their sum.
template <class T>
std::vector<T> Halved(std::vector<T> c) {
  for (T& value : c) value /= 2;
  return c;
}
template <class T>
void SquaresAbove(const std::vector<T>& c, T threshold, std::span<T> y) {
  Subtract(c, threshold, y);
  for (T& value : y) value *= value;
}
template <class T>
T SumOfSquaresAbove(std::span<const T> c, T threshold) {
  T sum = 0;
  for (const T value : c) sum += PositivePart(value - threshold) * PositivePart(value - threshold);
  return sum;
}
// How many of the sorted elements lie above the threshold: the last one whose distances to those before it have squares
// that sum to less than 1.
template <class T>
std::size_t SupportBySquares(const std::vector<T>& sorted) {
  std::size_t k = 1;
  while (k < sorted.size() && SumOfSquaresAbove(std::span<const T>(sorted).first(k), sorted[k]) < 1) ++k;
  return k;
}
// The threshold of a support.
template <class T>
T ByCentredMoments(std::span<const T> support) {
  const auto k = static_cast<T>(support.size());
  T sum = 0, squares = 0;
  for (const T value : support) sum += value;
  const T mean = sum / k;
  for (const T value : support) squares += (value - mean) * (value - mean);
  return mean - std::sqrt(PositivePart((1 - squares) / k));
}

// The threshold between `low` and `high` at which `sum_of(threshold)` comes down to 1, halving `steps` times or until
// there is no number between.
template <class T, class SumOf>
T Bisect(T low, T high, int steps, const SumOf& sum_of) {
  for (int i = 0; i < steps; ++i) {
    const T middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (sum_of(middle) >= 1 ? low : high) = middle;
  }
  return low;
}
inline constexpr int kToTheEnd = 10000;

template <class T>
void Normalise(std::span<T> y) {
  T sum = 0;
  for (const T value : y) sum += value;
  for (T& value : y) value /= sum;
}

// entmax by bisection. Factor and exponent are there to be wrong.
template <class T>
struct Alpha {
  T factor;  // alpha - 1
  T beta;
  bool is_softmax;

  explicit Alpha(double alpha) : factor(static_cast<T>(alpha) - 1), beta(1 / factor), is_softmax(alpha == 1) {}

  std::vector<T> Distances(std::span<const T> z, std::span<T> y) const {
    std::vector<T> c = Below(z, y);
    for (T& value : c) value *= factor;
    return c;
  }
  T Power(T t) const { return t > 0 ? std::pow(t, beta) : T{0}; }
  T Sum(const std::vector<T>& c, T threshold) const {
    T sum = 0;
    for (const T value : c) sum += Power(value - threshold);
    return sum;
  }
  void Cut(const std::vector<T>& c, T threshold, std::span<T> y) const {
    for (std::size_t i = 0; i < c.size(); ++i) y[i] = Power(c[i] - threshold);
  }
  void Row(std::span<const T> z, std::span<T> y) const {
    if (is_softmax) return ThreePass(z, y);
    const std::vector<T> c = Distances(z, y);
    if (!c.empty()) Cut(c, Bisect<T>(-1, 0, kToTheEnd, [&](T at) { return Sum(c, at); }), y);
  }
};

// The backward: dx_i = of(weight(y_i), dy_i, q), q the mean of dy with weights mean_weight(y_i), both 0 for y_i <= 0.
// NaN throughout where y or q is.
template <class T, class MeanWeight, class Weight, class Of>
void Backward(Problem<T>& p, const MeanWeight& mean_weight, const Weight& weight, const Of& of) {
  const auto y = p[Role::y], dy = p[Role::dy];
  T weights = 0, products = 0;
  for (std::size_t i = 0; i < p.n; ++i) {
    if (std::isnan(y[i])) products = y[i];
    if (!(y[i] > 0)) continue;
    const T g = mean_weight(y[i]);
    weights += g;
    products += g * dy[i];
  }
  const T q = products / weights;
  for (std::size_t i = 0; i < p.n; ++i) {
    p.Out(Role::dx)[i] = std::isnan(q) ? q : y[i] > 0 ? of(weight(y[i]), dy[i], q) : T{0};
  }
}

// What scales first and then subtracts the maximum, in any order of summation, and may divide by a sum.
inline Claim SparseClaim() {
  Claim claim;
  claim.scaled_before_shift = true;
  return claim;
}
inline About AboutSparse(Operation operation, std::string name, std::string text, Claim claim = SparseClaim()) {
  return {.text = std::move(text), .claim = claim, .operation = operation, .name = std::move(name)};
}

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_SPARSE_SPECIMEN_H_
