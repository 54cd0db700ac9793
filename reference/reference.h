// Exact results, enclosed. Boost.Multiprecision on MPFI and MPFR inside, after a fast first turn in 128-bit balls;
// plain doubles outside. How, and why it always decides: docs/reference.md.
//
// Every function takes the logits of one row as the real numbers that the doubles are, with -inf for an entry that
// does not take part. A NaN or a +inf makes every result NaN, and so does a row of -inf alone (DESIGN: special rows).
// Nothing here is shared with kernels/. Safe from any thread.
#ifndef SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_
#define SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify::reference {

// A result smaller than 2^kTinyExponent rounds to 0 in every format; how small it is, is not pursued.
inline constexpr long kTinyExponent = -(1L << 29);

// The exact value lies in (head + tail +- radius) * 2^exponent, with the sign in `negative`. A finite value, not 0,
// below 2^kTinyExponent is given as 2^kTinyExponent: exponent = kTinyExponent, head = 1, tail = radius = 0.
struct Enclosure {
  enum class Kind { nan, zero, finite, infinite };
  Kind kind = Kind::nan;
  bool negative = false;
  long exponent = 0;  // floor(log2 |value|), decided: never a guess at a power of two
  double head = 0;    // in [1, 2]
  double tail = 0;
  double radius = 0;  // at most 2^-90

  // The value to within an ulp of double, for formulas that need no more (bounds, families).
  double Approximate() const;
};

// Thrown where 8194 bits do not decide. No row is known that does this.
struct Undecided : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many elements each precision decided, over the life of the process; for reports. 100 bits: the fast turn.
struct Effort {
  unsigned bits;
  unsigned long long elements;
};
std::vector<Effort> EffortSpent();

// The exact results of a row, each with relative radius 2^-90 or less.
std::vector<Enclosure> Enclose(Operation operation, std::span<const double> x, const Parameters& parameters);

// The exact results rounded to nearest even into `format`, as doubles. Raises the precision until the enclosure
// decides (Ziv). Throws Undecided.
std::vector<double> Round(Operation operation, std::span<const double> x, const Parameters& parameters, Format format);

// The exact results to `digits` significant decimal digits, correctly rounded, ties to even, as printf's %e writes
// them: "d.ddde-dd". A result below 2^kTinyExponent, other than 0, is "<1e-161614248". 1 <= digits <= kMaxDigits.
inline constexpr int kMaxDigits = 2000;
std::vector<std::string> Digits(Operation operation, std::span<const double> x, const Parameters& parameters,
                                int digits);

// The second path, for cross-examination: another formula (y_i = 1 / sum_j exp(x_j - x_i)), MPFR with directed
// rounding rather than MPFI, and twice the precision. Same contract as Enclose; meant for short rows (n^2 work).
std::vector<Enclosure> EncloseIndependently(Operation operation, std::span<const double> x,
                                            const Parameters& parameters);

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_
