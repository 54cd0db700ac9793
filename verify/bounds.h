// The error that is proved for a claim, on the row at hand. docs/error_bounds.md derives every term.
#ifndef SOFTMAX_VERIFY_VERIFY_BOUNDS_H_
#define SOFTMAX_VERIFY_VERIFY_BOUNDS_H_

#include <cstddef>
#include <span>
#include <vector>

#include "softmax_verify/kernel.h"
#include "verify/case.h"

namespace softmax_verify {

// h: |ln(computed sum / sum of the computed terms)| <= h u for n positive terms, u the roundoff of `compute`.
double SumHeight(const Accumulation& accumulation, Format compute, Format storage, std::size_t n);

// R: how often a partial sum is rescaled at most, for this row (0 where the claim does not rescale).
double Rescalings(const Claim& claim, std::span<const double> x);

// What is proved for one row.
struct RowBound {
  // false: nothing is promised here (UNCLAIMED): a special row, an unshifted kernel where its exponentials over- or
  // underflow, or a bound of 100 % and more. The rest is empty then.
  bool claimed = false;
  std::vector<double> log;  // |ln(y_i / exact_i)| <= log[i] before underflow and before rounding to a narrower format
  std::vector<double> ulp;  // |y_i - exact_i| <= ulp[i] units in the last place of exact_i
  double sum = 0;           // |sum_i y_i - 1| <= sum
};
RowBound ProvedBound(const Kernel& kernel, const Case& row);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_BOUNDS_H_
