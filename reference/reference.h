// Exact results, enclosed. Boost.Multiprecision on MPFI and MPFR inside, after a fast first turn in 128-bit balls;
// plain doubles outside. How, and why it always decides: docs/reference.md.
//
// Every function takes the operands as the real numbers that the doubles are, with -inf for a logit that does not take
// part, and gives the results flat, as PartsOf(row) lays them out. What special operands give is in docs/operations.
// Nothing here is shared with kernels/. Safe from any thread. All throw std::invalid_argument for operands or
// parameters outside their domain.
#ifndef SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_
#define SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "softmax_verify/row.h"

namespace softmax_verify::reference {

// A result smaller than 2^kTinyExponent rounds to 0 in every format; how small it is, is not pursued.
inline constexpr long kTinyExponent = -(1L << 29);

// The exact value lies in (head + tail +- radius) * 2^exponent, with the sign in `negative`. A finite value, not 0,
// below 2^kTinyExponent is given as 2^kTinyExponent: exponent = kTinyExponent, head = 1, tail = radius = 0.
struct Enclosure {
  enum class Kind { nan, zero, finite, infinite };
  Kind kind = Kind::nan;
  bool negative = false;
  // floor(log2 |value|). Decided; only where 1025 bits cannot tell the value from a power of two, that power's binade.
  long exponent = 0;
  double head = 0;  // in [1, 2]
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

// The exact results, each with relative radius 2^-90 or less.
std::vector<Enclosure> Enclose(const Row& row);

// The exact results rounded to nearest even into their formats (ResultFormats), as doubles. Raises the precision until
// the enclosure decides (Ziv). Throws Undecided.
std::vector<double> Round(const Row& row);

// The exact results to `digits` significant decimal digits, correctly rounded, ties to even, as printf's %e writes
// them: "d.ddde-dd". A result below 2^kTinyExponent, other than 0, is "<1e-161614248". 1 <= digits <= kMaxDigits.
inline constexpr int kMaxDigits = 2000;
std::vector<std::string> Digits(const Row& row, int digits);

// The second path to softmax, for cross-examination: another formula (y_i = 1 / sum_j exp(x_j - x_i)), MPFR with
// directed rounding rather than MPFI, and twice the precision. Same contract as Enclose; meant for short rows (n^2
// work). The other operations are cross-examined by scripts/check_reference.
std::vector<Enclosure> EncloseSoftmaxIndependently(const Row& row);

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_REFERENCE_H_
