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
