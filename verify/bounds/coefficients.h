// The coefficients of cross entropy: loss = -sum_k c_k log s_k(z), c_k = w_k q_k.
#ifndef SOFTMAX_VERIFY_VERIFY_BOUNDS_COEFFICIENTS_H_
#define SOFTMAX_VERIFY_VERIFY_BOUNDS_COEFFICIENTS_H_

#include <cstddef>
#include <vector>

#include "softmax_verify/row.h"

namespace softmax_verify::bounds {

inline bool IsIgnored(const Row& row, std::size_t i) {
  return row[Role::targets][i] == static_cast<double>(row.parameters.ignore_index);
}

// w_k, 1 without weights.
inline long double WeightOf(const Row& row, std::size_t k) { return row.Has(Role::weight) ? row[Role::weight][k] : 1; }

// Of row i, which is not ignored.
inline std::size_t TargetOf(const Row& row, std::size_t i) { return static_cast<std::size_t>(row[Role::targets][i]); }
inline std::vector<long double> CoefficientsOf(const Row& row, std::size_t i) {
  const std::size_t n = row.GetShape().n;
  const long double smoothing = row.parameters.label_smoothing;
  std::vector<long double> c(n);
  for (std::size_t k = 0; k < n; ++k) c[k] = WeightOf(row, k) * smoothing / static_cast<long double>(n);
  const std::size_t target = TargetOf(row, i);
  c[target] += WeightOf(row, target) * (1 - smoothing);
  return c;
}

// What a mean is over: the sum of the weights of the targets that are not ignored.
inline long double TotalWeight(const Row& row) {
  long double total = 0;
  for (std::size_t i = 0; i < row.m; ++i) {
    if (!IsIgnored(row, i)) total += WeightOf(row, TargetOf(row, i));
  }
  return total;
}

}  // namespace softmax_verify::bounds

#endif  // SOFTMAX_VERIFY_VERIFY_BOUNDS_COEFFICIENTS_H_
