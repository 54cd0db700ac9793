// The second path to the same numbers: y_i = 1 / sum_j exp((x_j - x_i) * scale / temperature), each end by itself in
// MPFR with directed rounding. It shares nothing with the first path but the step from two ends to an Enclosure.
#include <algorithm>
#include <cmath>

#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

class Number {
 public:
  explicit Number(mpfr_prec_t bits) { mpfr_init2(value_, bits); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }
  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

// sum_j exp((x_j - x_i) * scale / temperature) rounded in one direction: every step grows with its operand, so rounding
// each step that way bounds the whole. The terms equal to 1 are counted, not computed.
void SumRelativeTo(double origin, std::span<const double> x, const Parameters& parameters, mpfr_rnd_t direction,
                   mpfr_ptr sum) {
  Number term(mpfr_get_prec(sum));
  mpfr_set_ui(sum, static_cast<unsigned long>(std::count(x.begin(), x.end(), origin)), direction);
  for (const double logit : x) {
    if (logit == origin) continue;
    mpfr_set_d(term, logit, MPFR_RNDN);
    mpfr_sub_d(term, term, origin, direction);
    mpfr_mul_d(term, term, parameters.scale, direction);
    mpfr_div_d(term, term, parameters.temperature, direction);
    mpfr_exp(term, term, direction);
    mpfr_add(sum, sum, term, direction);
  }
}

Enclosure EncloseOne(double logit, std::span<const double> x, const Parameters& parameters) {
  if (std::isinf(logit)) return {Enclosure::Kind::zero, false, 0, 0, 0, 0};
  const auto equal = std::count(x.begin(), x.end(), logit);
  const bool alone = equal == std::count_if(x.begin(), x.end(), [](double other) { return std::isfinite(other); });
  // The other terms of the sum are positive.
  const Limit limit{Rational(1, equal), alone ? Limit::Side::attained : Limit::Side::below};
  for (mpfr_prec_t bits = 256; bits <= 8192; bits *= 2) {
    Number low(bits), high(bits);
    SumRelativeTo(logit, x, parameters, MPFR_RNDU, low);
    SumRelativeTo(logit, x, parameters, MPFR_RNDD, high);
    mpfr_ui_div(low, 1, low, MPFR_RNDD);
    mpfr_ui_div(high, 1, high, MPFR_RNDU);
    if (const auto enclosure = ToEnclosure(low, high, &limit)) return *enclosure;
  }
  throw Undecided("8192 bits do not decide the exponent of a result");
}

}  // namespace

std::vector<Enclosure> EncloseSoftmaxIndependently(const Row& row) {
  if (row.operation != Operation::softmax) {
    throw std::invalid_argument("the second path is one to softmax, not to " + std::string(Name(row.operation)));
  }
  CheckRow(row);
  FreeCacheWithThread();
  std::vector<Enclosure> enclosures(row.x.size());  // of NaN
  const auto is_special = [](double logit) { return std::isnan(logit) || logit == HUGE_VAL; };
  const auto is_masked = [](double logit) { return logit == -HUGE_VAL; };
  auto enclosure = enclosures.begin();
  for (std::size_t i = 0; i < row.m; ++i, enclosure += static_cast<std::ptrdiff_t>(row.x.size() / row.m)) {
    const std::span<const double> x = row.Slice(Role::x, i);
    if (std::any_of(x.begin(), x.end(), is_special) || std::all_of(x.begin(), x.end(), is_masked)) continue;
    std::transform(x.begin(), x.end(), enclosure, [&](double logit) { return EncloseOne(logit, x, row.parameters); });
  }
  return enclosures;
}

}  // namespace softmax_verify::reference
