// What the sparse maps share: results p(t_i) = t_i^(1 / (alpha - 1)) of the positive parts t_i = w_i - tau, w = (alpha
// - 1) z, whose threshold tau makes them sum to 1. docs/error_bounds.md, "Sparse maps".
#ifndef SOFTMAX_VERIFY_VERIFY_BOUNDS_SPARSE_MAPS_H_
#define SOFTMAX_VERIFY_VERIFY_BOUNDS_SPARSE_MAPS_H_

#include <vector>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

// How a kernel of an operation gets from logits to powers, in units of u.
struct PowerArithmetic {
  long double alpha = 2;    // 1 is softmax: no power
  double factor_error = 0;  // of a product with alpha - 1
  double power_error = 0;   // |ln(computed t^beta / t^beta)| <= (power_error + log_power_error |ln t^beta|) u
  double log_power_error = 0;
};
PowerArithmetic PowerArithmeticOf(const Kernel& kernel, const Row& row);

// A row relative to its maximum, and the errors of a kernel on it. Approximations are good to a relative 2^-60, errors
// are rounded up.
struct SparseMap {
  bool claimed = false;  // false: a special row, or a bound of 25 % and more; the rest is then empty
  PowerArithmetic arithmetic;
  long double threshold = 0;          // T = max w - tau, the largest t
  std::vector<long double> distance;  // max w - w_i, infinite for -inf
  std::vector<long double> power;     // the exact results
  std::vector<long double> off;       // |computed - w_i|, relative to the maximum
  std::vector<long double> reach;     // |computed t_i - t_i| before its rounding
  double powers = 0;                  // |ln(sum of the computed powers / sum of the powers)|
  long double residual = 0;           // |ln(sum of the powers)| where the threshold is accepted
  long double steps = 0;              // by how much the sum may change from where it is 1 to the threshold taken
  long double division = 0;           // |ln(divisor)|, where the results are divided by their sum

  long double At(std::size_t i) const { return threshold - distance[i]; }  // t_i
  // The error of the logarithm of a result, given the computed t_i before its rounding.
  long double LogError(long double result, double u) const;
};
// Of a row of an operation with a threshold; not claimed where alpha = 1.
SparseMap AnalyseSparseMap(const Kernel& kernel, const Case& row);
Errors SparseMapErrors(const Kernel& kernel, const Case& row);

// The backward, dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), whose weights g_i = y_i^(2 - alpha) (0 for y_i <= 0)
// are off as powers are.
Errors SparseBackwardErrors(const Kernel& kernel, const Case& row);

}  // namespace softmax_verify::bounds

#endif  // SOFTMAX_VERIFY_VERIFY_BOUNDS_SPARSE_MAPS_H_
