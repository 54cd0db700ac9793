// The error that is proved for a claim, on the row at hand. docs/error_bounds.md derives every term.
#ifndef SOFTMAX_VERIFY_VERIFY_BOUNDS_H_
#define SOFTMAX_VERIFY_VERIFY_BOUNDS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "softmax_verify/kernel.h"
#include "verify/case.h"
#include "verify/logits.h"

namespace softmax_verify {

// h: |ln(computed sum / sum of the computed terms)| <= h u for n positive terms, u the roundoff of `compute`.
double SumHeight(const Accumulation& accumulation, Format compute, Format storage, std::size_t n);

// R: how often a partial sum is rescaled at most, for this row (0 where the claim does not rescale), or for one whose
// logits lie between `low` and `high`.
double Rescalings(const Claim& claim, std::span<const double> low, std::span<const double> high);
inline double Rescalings(const Claim& claim, std::span<const double> x) { return Rescalings(claim, x, x); }

// |stored / computed - 1| in the normal range of a result's format: 0 where that is as wide as the arithmetic.
double StorageRoundoff(const Kernel& kernel, Format format);

// What is proved for one row, result by result, and the units that it is stated in.
//
// The unit of a result is ulp(exact) where that is accurate in itself, and where an operation cancels, the ulp of the
// magnitude that its condition gives (docs/ulp.md): both are units in the last place of the result's format.
struct RowBound {
  std::vector<long> unit;   // error e is counted in 2^unit[e]
  // false: nothing is promised here (UNCLAIMED): a special row, an unshifted kernel where its exponentials over- or
  // underflow, or a bound of 100 % and more. The rest is empty then.
  bool claimed = false;
  std::vector<double> ulp;  // |result - exact| <= ulp[e] units
  // Where the exact results are a distribution (softmax):
  std::vector<double> log;  // |ln(y_i / exact_i)| <= log[i] before underflow and before rounding to a narrower format
  double sum = 0;           // |sum_i y_i - 1| <= sum
};
RowBound ProvedBound(const Kernel& kernel, const Case& row);

// What each operation's file in verify/bounds/ tells. long double: the errors of f64 results may be smaller than a double.
namespace bounds {

struct Errors {
  // Of the condition: an error is counted in ulp(max(|exact|, magnitude)). Empty: 0 throughout.
  std::vector<long double> magnitude;
  bool claimed = false;
  std::vector<long double> absolute;  // |computed - exact| before the result is rounded to a narrower storage format
  std::vector<double> log;            // as in RowBound, and the other
  double sum = 0;                     // for results that are not narrowed; infinite where only `absolute` is known
};
#define SV_OPERATION(name, operands, parameters, definition) Errors name(const Kernel& kernel, const Case& row);
#include "softmax_verify/operations.def"
#undef SV_OPERATION

// The errors of a kernel's exponentials e^(z_j - max z) of one row of logits (docs/error_bounds.md: Lemma 6, Theorem 7).
// Errors are rounded up.
struct Exponentials {
  bool claimed = false;             // false: nothing is known of them; the rest is empty
  const Logits* logits = nullptr;   // that were analysed, which live longer
  long double maximum = 0;          // of z
  std::vector<double> exponent;     // a_j u: |ln(computed term j / e^(-d_j))| where that is normal
  std::vector<bool> underflows;     // e^(-d_j) may be below the normal range: its absolute error is `term_error`
  long double term_error = 0;
  double terms = 0;                 // |ln(sum of the computed terms / s)|: A
  double additions = 0;             // h u: of adding them up
  double rescaling = 0;             // R (theta + 1) u
  double SumError() const { return terms + additions + rescaling; }
};
// Claimed of finite rows only.
Exponentials Analyse(const Kernel& kernel, const Logits& logits, const Parameters& parameters);

// The errors of terms / sum: those of softmax itself, and of whatever is built on it. Not claimed where the
// exponentials are not, nor from 100 % on.
Errors SoftmaxErrors(const Kernel& kernel, const Exponentials& exponentials);

// ln s, and how far a kernel's is off (Theorem 11).
struct LogSum {
  long double value = 0;  // accurate however small it is
  long double error = 0;
};
LogSum LogSumOf(const Kernel& kernel, const Exponentials& exponentials);

// What base 2 adds to the error of lse = maximum + log_sum, `error` in base e (Theorem 14); 0 for kernels that stay with e.
long double BaseTwoError(const Kernel& kernel, long double maximum, long double log_sum, long double error);

// At least e^a - 1, for 0 <= a <= 700: a (1 + a) for a <= 1.
inline long double ExpMinus1(long double a) { return a < 1 ? a * (1 + a) : std::expm1(std::min(a, 700.0L)); }

// The error bound of a sum of n terms of either sign, relative to the sum of their magnitudes.
double SignedSumError(const Accumulation& accumulation, Format compute, Format storage, std::size_t n);

}  // namespace bounds

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_BOUNDS_H_
