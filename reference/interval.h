// What the files of reference/ share: interval arithmetic at a fixed list of precisions, and what an operation hands
// to reference.cc, which does everything that operations have in common.
//
// An operation is one file, <operation>.cc, with one function template: from the logits to an enclosure of each exact
// result, in whatever arithmetic Real is: a Ball, or an Interval of some precision. It ends with
// SV_REFERENCE(<operation>).
#ifndef SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_
#define SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_

#include <boost/multiprecision/gmp.hpp>
#include <boost/multiprecision/mpfi.hpp>
#include <cstddef>
#include <memory>
#include <optional>
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

// A row with its equal logits gathered: equal logits have equal results.
struct Logits {
  struct Group {
    double x;
    std::size_t count;
  };
  std::vector<Group> groups;  // descending; the first is finite, the last may be -inf
  Parameters parameters;
};

// A rational number that no precision may be able to tell from the result: the result is that number (`attained`), or
// lies below it.
struct Limit {
  Rational value;
  bool attained;
};

// What one precision tells about one result.
template <class Real>
struct Result {
  Real value{};                        // encloses it
  std::shared_ptr<const Limit> limit;  // or none
};

// The operations of operations.def: a result per group of logits.
namespace exact {
#define SV_OPERATION(name, shape, definition) \
  template <class Real>                       \
  std::vector<Result<Real>> name(const Logits& logits);
#include "softmax_verify/operations.def"
#undef SV_OPERATION
}  // namespace exact

// The last line of an operation's file: compiles its template for the fast turn and for every precision.
#define SV_REFERENCE_AT(digits10, name) template std::vector<Result<Interval<digits10>>> exact::name(const Logits&);
#define SV_REFERENCE(name)                                       \
  template std::vector<Result<Ball>> exact::name(const Logits&); \
  SV_PRECISIONS(SV_REFERENCE_AT, name)

// The enclosure of a number in [low, high], below *limit where that is given and not attained; nothing when the ends
// are too far apart for the promises of Enclosure.
std::optional<Enclosure> ToEnclosure(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit);

// Throws std::invalid_argument unless scale and temperature are positive and finite.
void CheckParameters(const Parameters& parameters);

// MPFR keeps the constants that it has computed for every thread. From now on this thread's go when it ends.
void FreeCacheWithThread();

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_INTERVAL_H_
