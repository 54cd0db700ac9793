// The error of a computed value in units in the last place of the exact one (docs/ulp.md).
#ifndef SOFTMAX_VERIFY_VERIFY_ULP_H_
#define SOFTMAX_VERIFY_VERIFY_ULP_H_

#include <limits>

#include "reference/reference.h"
#include "softmax_verify/format.h"

namespace softmax_verify {

// The unit: ulp(y) = 2^(max(floor(log2 |y|), emin) - p + 1) of the exact real y; a zero y has the unit of subnormals.
// An infinite result counts as 2^(emax + 1), and so does an exact value beyond that, in the unit of the largest binade.
// NaN for NaN is 0, so is an infinity for the same exact infinity; any other difference in kind is infinite.
struct UlpError {
  double low = 0;  // certain: low <= |got - exact| / ulp(exact) <= high, and high - low <= max(0.001, 2^-49 high)
  double high = 0;
  double signed_error = 0;  // (got - exact) / ulp(exact), within the same uncertainty
};
// `unit`: counted in 2^unit where that is more than ulp(exact): for results that cancel (RowBound::unit).
UlpError MeasureUlp(Format format, double got, const reference::Enclosure& exact,
                    long unit = std::numeric_limits<long>::min());

// Whether `got` is the value of the format nearest to the exact one (ties to even), and whether it is one of the two
// around it (the value itself when representable), infinity among them. true is certain; false may also mean that the
// exact value lies too near a midpoint, or a value of the format, to tell: within its radius.
struct Rounding {
  bool correct = false;
  bool faithful = false;
  bool open = false;  // not `correct`, but only because the exact value lies too near a midpoint to tell
};
Rounding JudgeRounding(Format format, double got, const reference::Enclosure& exact);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_ULP_H_
