#include "kernels/nearest.h"

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace softmax_verify {
namespace {

// An enclosure [low, high].
class Interval {
 public:
  explicit Interval(mpfr_prec_t bits) { mpfr_inits2(bits, low_, high_, static_cast<mpfr_ptr>(nullptr)); }
  ~Interval() { mpfr_clears(low_, high_, static_cast<mpfr_ptr>(nullptr)); }
  Interval(const Interval&) = delete;
  Interval& operator=(const Interval&) = delete;

  void SetZero() { Each([](mpfr_ptr end, mpfr_rnd_t) { mpfr_set_zero(end, 1); }); }
  // exp((x - m) * scale / temperature); x may be -inf.
  void SetTerm(double x, double m, const Parameters& parameters) {
    Each([&](mpfr_ptr end, mpfr_rnd_t direction) {
      mpfr_set_d(end, x, direction);
      mpfr_sub_d(end, end, m, direction);
      mpfr_mul_d(end, end, parameters.scale, direction);
      mpfr_div_d(end, end, parameters.temperature, direction);
      mpfr_exp(end, end, direction);
    });
  }
  void Add(const Interval& other) {
    mpfr_add(low_, low_, other.low_, MPFR_RNDD);
    mpfr_add(high_, high_, other.high_, MPFR_RNDU);
  }
  // By a positive one.
  void Divide(const Interval& other) {
    mpfr_div(low_, low_, other.high_, MPFR_RNDD);
    mpfr_div(high_, high_, other.low_, MPFR_RNDU);
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
    return rounded;
  }

  mpfr_t low_;
  mpfr_t high_;
};

}  // namespace

std::optional<double> NearestWithin(Format format, double hi, double lo, double error) {
  const double nearest = RoundToFormat(format, hi);
  const double rest = hi - nearest;  // exact, and so is the difference to a half unit where that matters
  const double unit = std::ldexp(1.0, static_cast<int>(UlpExponent(format, std::ilogb(hi))));
  const double beyond = (std::abs(rest) - unit / 2) + std::copysign(1.0, rest) * lo;  // the midpoint
  if (std::abs(beyond) <= error * (1 + 0x1p-40)) return std::nullopt;
  return beyond < 0 ? nearest : nearest + std::copysign(unit, rest);
}

struct ExactSoftmax::State {
  Format format;
  const void* x;
  std::size_t n;
  Parameters parameters;
  double maximum = -std::numeric_limits<double>::infinity();
  mpfr_prec_t bits = 192;
  std::unique_ptr<Interval> sum{};

  void Sum() {
    sum = std::make_unique<Interval>(bits);
    sum->SetZero();
    Interval term(bits);
    for (std::size_t j = 0; j < n; ++j) {
      term.SetTerm(Load(format, x, j), maximum, parameters);
      sum->Add(term);
    }
  }
};

ExactSoftmax::ExactSoftmax(Format format, const void* x, std::size_t n, const Parameters& parameters)
    : state_(std::make_unique<State>(State{format, x, n, parameters})) {
  for (std::size_t j = 0; j < n; ++j) state_->maximum = std::max(state_->maximum, Load(format, x, j));
}

ExactSoftmax::~ExactSoftmax() = default;

double ExactSoftmax::Nearest(std::size_t i) {
  State& state = *state_;
  for (;; state.bits *= 2) {
    if (!state.sum) state.Sum();
    Interval term(state.bits);
    term.SetTerm(Load(state.format, state.x, i), state.maximum, state.parameters);
    term.Divide(*state.sum);
    if (const std::optional<double> nearest = term.Nearest(state.format)) return *nearest;
    state.sum.reset();
  }
}

}  // namespace softmax_verify
