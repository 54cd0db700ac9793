// Enclosures of real numbers in MPFR, by directed rounding. For the rare results that nothing faster decides.
#ifndef SOFTMAX_VERIFY_KERNELS_ENCLOSURE_H_
#define SOFTMAX_VERIFY_KERNELS_ENCLOSURE_H_

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "softmax_verify/format.h"
#include "softmax_verify/operation.h"

namespace softmax_verify {

// An enclosure [low, high].
class Interval {
 public:
  explicit Interval(mpfr_prec_t bits) { mpfr_inits2(bits, low_, high_, static_cast<mpfr_ptr>(nullptr)); }
  ~Interval() { mpfr_clears(low_, high_, static_cast<mpfr_ptr>(nullptr)); }
  Interval(const Interval&) = delete;
  Interval& operator=(const Interval&) = delete;

  void SetZero() { Each([](mpfr_ptr end, mpfr_rnd_t) { mpfr_set_zero(end, 1); }); }
  // (x - origin) * scale / temperature; x may be -inf.
  void SetScaled(double x, double origin, const Parameters& parameters) {
    Each([&](mpfr_ptr end, mpfr_rnd_t direction) {
      mpfr_set_d(end, x, direction);
      mpfr_sub_d(end, end, origin, direction);
      mpfr_mul_d(end, end, parameters.scale, direction);
      mpfr_div_d(end, end, parameters.temperature, direction);
    });
  }
  // The exponential of that.
  void SetTerm(double x, double m, const Parameters& parameters) {
    SetScaled(x, m, parameters);
    Each([](mpfr_ptr end, mpfr_rnd_t direction) { mpfr_exp(end, end, direction); });
  }
  // ln(1 + this)
  void Log1p() {
    Each([](mpfr_ptr end, mpfr_rnd_t direction) { mpfr_log1p(end, end, direction); });
  }
  void Add(const Interval& other) {
    mpfr_add(low_, low_, other.low_, MPFR_RNDD);
    mpfr_add(high_, high_, other.high_, MPFR_RNDU);
  }
  void Subtract(const Interval& other) {
    mpfr_sub(low_, low_, other.high_, MPFR_RNDD);
    mpfr_sub(high_, high_, other.low_, MPFR_RNDU);
  }
  // By a positive one.
  void Divide(const Interval& other) {
    mpfr_div(low_, low_, other.high_, MPFR_RNDD);
    mpfr_div(high_, high_, other.low_, MPFR_RNDU);
  }
  mpfr_srcptr low() const { return low_; }
  mpfr_srcptr high() const { return high_; }

  // An end rounded to nearest even, infinite beyond the format's numbers.
  static double Round(Format format, mpfr_srcptr value) {
    if (mpfr_zero_p(value)) return 0;
    const auto least = static_cast<mpfr_exp_t>(Info(format).emin);
    const long ulp = UlpExponent(format, static_cast<long>(std::max(mpfr_get_exp(value) - 1, least)));
    mpfr_t count;  // of units, at most 2^p
    mpfr_init2(count, mpfr_get_prec(value));
    mpfr_div_2si(count, value, ulp, MPFR_RNDN);
    mpfr_rint(count, count, MPFR_RNDN);
    const double rounded = std::ldexp(mpfr_get_d(count, MPFR_RNDN), static_cast<int>(ulp));
    mpfr_clear(count);
    return RoundToFormat(format, rounded);
  }
  // What both ends round to, if it is one value.
  std::optional<double> Nearest(Format format) const {
    const double below = Round(format, low_);
    return below == Round(format, high_) ? std::optional<double>(below) : std::nullopt;
  }

 private:
  template <class Set>
  void Each(const Set& set) {
    set(low_, MPFR_RNDD);
    set(high_, MPFR_RNDU);
  }

  mpfr_t low_;
  mpfr_t high_;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_ENCLOSURE_H_
