// The scores of attention: z_ij = scale q_i . k_j + bias_ij of the keys that a query sees.
#ifndef SOFTMAX_VERIFY_REFERENCE_SCORES_H_
#define SOFTMAX_VERIFY_REFERENCE_SCORES_H_

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "reference/interval.h"

namespace softmax_verify::reference {

// The keys that one query sees. One is hidden by a byte 0, by the causal limit, and by a bias or a score of -inf.
struct Seen {
  std::vector<std::size_t> keys;  // with finite scores
  std::vector<std::size_t> bad;   // with scores that are NaN or +inf
};

inline Seen SeenKeys(const Row& row, std::size_t i) {
  const std::size_t n = row.GetShape().n;
  const auto mask = row.Slice(Role::mask, i), bias = row.Slice(Role::bias, i);
  std::size_t limit = n;
  if (row.parameters.causal == Causal::top_left) limit = std::min(i + 1, n);
  if (row.parameters.causal == Causal::bottom_right) limit = i + 1 + n < row.m ? 0 : std::min(i + 1 + n - row.m, n);
  const double infinity = std::numeric_limits<double>::infinity();
  Seen seen;
  for (std::size_t j = 0; j < limit; ++j) {
    const double b = bias.empty() ? 0 : bias[j];
    if ((!mask.empty() && mask[j] == 0) || b == -infinity) continue;
    bool is_nan = std::isnan(b), above = b == infinity, below = false;
    for (std::size_t c = 0; c < row.d; ++c) {
      const double q = row[Role::q][i * row.d + c], k = row[Role::k][j * row.d + c];
      if (std::isfinite(q) && std::isfinite(k)) continue;
      if (std::isnan(q) || std::isnan(k) || q == 0 || k == 0) {
        is_nan = true;
      } else {
        (std::signbit(q) == std::signbit(k) ? above : below) = true;
      }
    }
    if (is_nan || above) {
      seen.bad.push_back(j);
    } else if (!below) {
      seen.keys.push_back(j);
    }
  }
  return seen;
}

// z_ij for finite operands, in the arithmetic of Real; and as the rational number that it is.
template <class Real>
Real Score(const Row& row, std::size_t i, std::size_t j) {
  Real sum(0.0);
  for (std::size_t c = 0; c < row.d; ++c) {
    Real product(row[Role::q][i * row.d + c]);
    product *= Real(row[Role::k][j * row.d + c]);
    sum += product;
  }
  if (row.parameters.scale != 1) sum *= Real(row.parameters.scale);
  if (row.Has(Role::bias)) sum += Real(row.Slice(Role::bias, i)[j]);
  return sum;
}

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_SCORES_H_
