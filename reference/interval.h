// What the files of reference/ share: interval arithmetic at a fixed list of precisions, and what an operation hands
// to reference.cc, which does everything that operations have in common.
//
// An operation is one file, <operation>.cc, with one function template: from a row's operands to an enclosure of each
// exact result, in whatever arithmetic Real is: a Ball, or an Interval of some precision. It ends with
// SV_REFERENCE(<operation>). Real has + - * /, Real(double), and Exp, Log, Log1p, Sqrt, Sign, FromRational below.
#ifndef SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_
#define SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_

#include <boost/multiprecision/gmp.hpp>
#include <boost/multiprecision/mpfi.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "reference/ball.h"
#include "reference/reference.h"

namespace softmax_verify::reference {

// An interval that contains the exact number, MPFI behind Boost's face. The precision belongs to the type: Boost's
// default precision is shared between threads without protection.
template <unsigned digits10>
using Interval =
    boost::multiprecision::number<boost::multiprecision::mpfi_float_backend<digits10>, boost::multiprecision::et_off>;
using Rational = boost::multiprecision::mpq_rational;
using Integer = boost::multiprecision::mpz_int;

// The precisions of Ziv's loop in decimal digits: 128, 257, 513, 1025, 2048, 4098 and 8194 bits.
#define SV_PRECISIONS(apply, name) \
  apply(38, name) apply(77, name) apply(154, name) apply(308, name) apply(616, name) apply(1233, name) apply(2466, name)

// exp of an interval, as narrow as MPFI's. The exponent is nearly always a single point: then the upper end is the
// neighbour of the lower one, at half the price.
template <unsigned digits10>
Interval<digits10> Exp(const Interval<digits10>& exponent) {
  Interval<digits10> result;
  auto& ends = result.backend();
  if (mpfr_equal_p(exponent.backend().left_data(), exponent.backend().right_data())) {
    const bool inexact = mpfr_exp(ends.left_data(), exponent.backend().left_data(), MPFR_RNDD) != 0;
    mpfr_set(ends.right_data(), ends.left_data(), MPFR_RNDU);
    if (inexact) mpfr_nextabove(ends.right_data());
  } else {
    mpfi_exp(ends.data(), exponent.backend().data());
  }
  return result;
}

// An increasing function of MPFR, applied to an interval: each end rounded outwards. Everything, where an end lies
// outside the function's domain: the next precision may place it better.
template <unsigned digits10>
Interval<digits10> OfEnds(const Interval<digits10>& x, int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)) {
  Interval<digits10> result;
  auto& ends = result.backend();
  function(ends.left_data(), x.backend().left_data(), MPFR_RNDD);
  function(ends.right_data(), x.backend().right_data(), MPFR_RNDU);
  if (mpfr_nan_p(ends.left_data()) || mpfr_nan_p(ends.right_data())) {
    mpfr_set_inf(ends.left_data(), -1);
    mpfr_set_inf(ends.right_data(), 1);
  }
  return result;
}
template <unsigned digits10>
Interval<digits10> Log(const Interval<digits10>& x) {
  return OfEnds(x, mpfr_log);
}
template <unsigned digits10>
Interval<digits10> Log1p(const Interval<digits10>& x) {
  return OfEnds(x, mpfr_log1p);
}
template <unsigned digits10>
Interval<digits10> Sqrt(const Interval<digits10>& x) {
  return OfEnds(x, mpfr_sqrt);
}

// -1, 0 or 1: the sign of every number in the interval; nothing where they differ. Less(a, b) is Sign(a - b) == -1.
template <unsigned digits10>
std::optional<int> Sign(const Interval<digits10>& x) {
  const mpfr_srcptr left = x.backend().left_data(), right = x.backend().right_data();
  if (mpfr_nan_p(left) || mpfr_nan_p(right) || mpfr_sgn(left) != mpfr_sgn(right)) return std::nullopt;
  return mpfr_sgn(left);
}

// An enclosure of a rational number.
template <class Real>
Real FromRational(const Rational& value) {
  if constexpr (std::is_same_v<Real, Ball>) {
    MPFR_DECL_INIT(low, 128);
    MPFR_DECL_INIT(high, 128);
    mpfr_set_q(low, value.backend().data(), MPFR_RNDD);
    mpfr_set_q(high, value.backend().data(), MPFR_RNDU);
    return Ball(low, high);
  } else {
    Real result;
    mpfi_set_q(result.backend().data(), value.backend().data());
    return result;
  }
}

// Balls answer first, and only where they do not the operation is asked again in intervals. What is dear and seldom
// needed, such as a rational test for an exact 0 among cancelling terms, can wait for that:
// `if constexpr (!kFirstTurn<Real>)`.
template <class Real>
inline constexpr bool kFirstTurn = std::is_same_v<Real, Ball>;

// (x - origin) * scale / temperature, for finite x and origin. The difference comes first: it is exact where the two
// are close, and its rounding is relative to itself where they are not.
template <class Real>
Real ScaledDistance(double x, double origin, const Parameters& parameters) {
  Real distance(x);
  distance -= Real(origin);
  if (parameters.scale != 1) distance *= Real(parameters.scale);
  if (parameters.temperature != 1) distance /= Real(parameters.temperature);
  return distance;
}

// Logits with the equal ones gathered.
struct Logits {
  struct Group {
    double x;
    std::size_t count;
  };
  std::vector<Group> groups;          // descending; the first is finite, the last may be -inf
  std::vector<std::size_t> group_of;  // group_of[i]: the group of x[i]
};
// Nothing for logits with NaN or +inf in them, or of -inf alone.
std::optional<Logits> Gather(std::span<const double> x);

// A rational number that no precision may be able to tell from the result: the result is that number, or lies on one
// side of it.
struct Limit {
  enum class Side { attained, above, below };  // the result lies above it, below it
  Rational value;
  Side side = Side::attained;
};

// What one precision tells about one result. As it is made, exactly 0.
template <class Real>
struct Result {
  enum class Kind { number, nan, infinite };
  static constexpr std::size_t kNone = ~std::size_t{0};

  Real value{};                        // encloses a number
  std::shared_ptr<const Limit> limit;  // or none. An exactly known rational, 0 too: attained, `value` then unused
  Kind kind = Kind::number;
  bool negative = false;        // of an infinity
  std::size_t same_as = kNone;  // the index of an earlier result of the same format and value: all else is unused
};
template <class Real>
Result<Real> NaN() {
  Result<Real> result;
  result.kind = Result<Real>::Kind::nan;
  return result;
}
template <class Real>
Result<Real> Infinity(bool negative) {
  Result<Real> result;
  result.kind = Result<Real>::Kind::infinite;
  result.negative = negative;
  return result;
}
template <class Real>
Result<Real> Exactly(const Rational& value) {
  Result<Real> result;
  result.limit = std::make_shared<Limit>(Limit{value});
  return result;
}

// Appends the results of a row of logits: of each group the first is to be filled in, and the others are the same.
// Where those first ones are.
template <class Real>
std::vector<std::size_t> AppendRow(const Logits& logits, std::vector<Result<Real>>* results) {
  std::vector<std::size_t> first(logits.groups.size(), Result<Real>::kNone);
  for (const std::size_t group : logits.group_of) {
    results->emplace_back().same_as = first[group];
    if (first[group] == Result<Real>::kNone) first[group] = results->size() - 1;
  }
  return first;
}

// The operations of operations.def: the results, flat as PartsOf(row) has them. Operands and parameters are in their
// domains (CheckRow).
namespace exact {
#define SV_OPERATION(name, operands, parameters, definition) \
  template <class Real>                                      \
  std::vector<Result<Real>> name(const Row& row);
#include "softmax_verify/operations.def"
#undef SV_OPERATION
}  // namespace exact

// The last line of an operation's file: compiles its template for the fast turn and for every precision.
#define SV_REFERENCE_AT(digits10, name) template std::vector<Result<Interval<digits10>>> exact::name(const Row&);
#define SV_REFERENCE(name)                                    \
  template std::vector<Result<Ball>> exact::name(const Row&); \
  SV_PRECISIONS(SV_REFERENCE_AT, name)

// What reference.h promises of a number in [low, high], and on its side of *limit where there is one: the enclosure,
// the nearest value of a format, the digits. Nothing when that does not decide. An attained limit says nothing here;
// the precision is that of `low`.
std::optional<Enclosure> ToEnclosure(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit);
std::optional<double> ToFormat(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, Format format);
std::optional<std::string> ToDigits(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, int digits);
// The same of a rational number.
Enclosure ToEnclosure(const Rational& value);
double ToFormat(const Rational& value, Format format);
std::string ToDigits(const Rational& value, int digits);

// Throws std::invalid_argument unless the parameters are in their domains, the required operands there (one of
// alternatives), all operands of their extents, masks and indices whole numbers, and targets classes or ignore_index.
void CheckRow(const Row& row);

// MPFR keeps the constants that it has computed for every thread. From now on this thread's go when it ends.
void FreeCacheWithThread();

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_
