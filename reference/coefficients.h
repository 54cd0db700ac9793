// What cross_entropy and its gradient share: the coefficients c_k = w_k q_k of a row, q = (1 - e) onehot(target) + e / n.
#ifndef SOFTMAX_VERIFY_REFERENCE_COEFFICIENTS_H_
#define SOFTMAX_VERIFY_REFERENCE_COEFFICIENTS_H_

#include <cstddef>

#include "reference/interval.h"

namespace softmax_verify::reference {

inline bool IsIgnored(const Row& row, std::size_t i) {
  return row[Role::targets][i] == static_cast<double>(row.parameters.ignore_index);
}
inline std::size_t TargetOf(const Row& row, std::size_t i) { return static_cast<std::size_t>(row[Role::targets][i]); }

// w_k, 1 without weights.
inline double WeightOf(const Row& row, std::size_t k) { return row.Has(Role::weight) ? row[Role::weight][k] : 1; }

// Number is a Real or a Rational.
template <class Number>
struct Smoothing {
  Number own;    // 1 - e
  Number share;  // e / n

  explicit Smoothing(const Row& row)
      : own(Number(1.0) - Number(row.parameters.label_smoothing)),
        share(Number(row.parameters.label_smoothing) / Number(static_cast<double>(row.GetShape().n))) {}
};

// The sum of w_k.
template <class Number>
Number SumOfWeights(const Row& row) {
  const Values& weight = row[Role::weight];
  Number sum(weight.empty() ? static_cast<double>(row.GetShape().n) : 0.0);
  for (const double w : weight) sum += Number(w);
  return sum;
}

// What a mean is over: the sum of the weights of the targets that are not ignored. 1 where there is no mean.
inline Rational Divisor(const Row& row) {
  if (row.parameters.reduction != Reduction::mean) return 1;
  Rational sum(0);
  for (std::size_t i = 0; i < row.m; ++i) {
    if (!IsIgnored(row, i)) sum += Rational(WeightOf(row, TargetOf(row, i)));
  }
  return sum;
}

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_COEFFICIENTS_H_
