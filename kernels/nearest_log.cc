#include "kernels/nearest_log.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "kernels/double_double.h"
#include "kernels/enclosure.h"
#include "kernels/nearest.h"

namespace softmax_verify {
namespace {

TwoDoubles TwoSum(double a, double b) {  // Knuth 1969
  const double sum = a + b;
  const double seen = sum - a;
  return {sum, (a - (sum - seen)) + (b - seen)};
}

// Whether products and quotients of such numbers, and what those round, are normal numbers.
bool IsModerate(double value) {
  return value == 0 || (std::abs(value) > 0x1p-450 && std::abs(value) < 0x1p450);
}

// (x - origin) * scale / temperature, within `error`; that is infinite where doubles are too narrow.
struct Scaled : TwoDoubles {
  double error = 0;

  Scaled(double x, double origin, const Parameters& parameters) : TwoDoubles(TwoSum(x, -origin)) {
    if (!(std::abs(x) < 0x1p1000 && std::abs(origin) < 0x1p1000)) error = std::numeric_limits<double>::infinity();
    if (!parameters.Scales()) return;
    const TwoDoubles scale = ScaleInTwo(parameters);
    int exponent;
    const bool is_power_of_two = std::frexp(scale.hi, &exponent) == 0.5 && scale.lo == 0;
    const double product = hi * scale.hi;
    if (!IsModerate(hi) || !IsModerate(parameters.scale) || !IsModerate(parameters.temperature) ||
        !IsModerate(product)) {
      error = std::numeric_limits<double>::infinity();
      return;
    }
    const double low = std::fma(hi, scale.hi, -product) + (hi * scale.lo + lo * scale.hi);
    static_cast<TwoDoubles&>(*this) = TwoSum(product, low);
    if (!is_power_of_two) error = std::abs(product) * 0x1p-101;
  }
};

// The value of the format nearest to q + side r for r > 0 that is much less than a unit, where q is a midpoint.
std::optional<double> NearestBeside(Format format, const TwoDoubles& q, int side) {
  const double even = RoundToFormat(format, q.hi);
  const TwoDoubles rest = TwoSum(q.hi - even, q.lo);
  const double neighbour = rest.hi > 0 ? NextUp(format, even) : NextDown(format, even);
  if (rest.hi == 0 || rest.lo != 0 || neighbour - even != 2 * rest.hi) return std::nullopt;
  return rest.hi * side > 0 ? neighbour : even;
}

// Either as it is, or as the power of two above the largest number.
void SetNumber(mpfr_ptr number, Format format, double value) {
  if (std::isinf(value)) {
    mpfr_set_si_2exp(number, value > 0 ? 1 : -1, Info(format).emax + 1, MPFR_RNDN);
  } else {
    mpfr_set_d(number, value, MPFR_RNDN);
  }
}

}  // namespace

double NearestDifference(double x, double origin, const Parameters& parameters) {
  Interval difference(192);
  difference.SetScaled(x, origin, parameters);
  return Interval::Round(Format::f64, difference.low());
}

// By enclosures of ln s, narrower and narrower.
class NearestLog::Exact {
 public:
  explicit Exact(const NearestLog& of) : of_(of) { mpfr_inits2(kExactBits, offset_, number_, static_cast<mpfr_ptr>(nullptr)); }
  ~Exact() { mpfr_clears(offset_, number_, static_cast<mpfr_ptr>(nullptr)); }
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;

  double Nearest(Format format, double x, double origin, int side) {
    for (;; bits_ *= 2, log_sum_.reset()) {
      if (!log_sum_) Sum();
      Interval result(bits_);
      result.SetScaled(x, origin, of_.parameters_);
      side > 0 ? result.Add(*log_sum_) : result.Subtract(*log_sum_);
      const double low = Interval::Round(format, result.low());
      const double high = Interval::Round(format, result.high());
      if (low == high && std::signbit(low) == std::signbit(high)) return low;
      if (NextUp(format, low) == high && IsMidpoint(format, low, high, x, origin)) return side > 0 ? high : low;
    }
  }

 private:
  // Numbers made from a few doubles of any exponents are exact.
  static constexpr mpfr_prec_t kExactBits = 8192;

  void Sum() {
    log_sum_ = std::make_unique<Interval>(bits_);
    log_sum_->SetZero();
    Interval term(bits_);
    for (std::size_t j = 0; j < of_.n_; ++j) {
      if (j == of_.top_) continue;
      term.SetTerm(Load(of_.format_, of_.x_, j), of_.maximum_, of_.parameters_);
      log_sum_->Add(term);
    }
    log_sum_->Log1p();
  }

  // Whether q lies halfway between. Then the result lies beside it, however small ln s is; and ln s > 0, or q would have
  // been rounded.
  bool IsMidpoint(Format format, double low, double high, double x, double origin) {
    SetNumber(offset_, format, low);
    SetNumber(number_, format, high);
    mpfr_add(offset_, offset_, number_, MPFR_RNDN);
    mpfr_mul_d(offset_, offset_, of_.parameters_.temperature, MPFR_RNDN);
    mpfr_div_2ui(offset_, offset_, 1, MPFR_RNDN);
    mpfr_set_d(number_, x, MPFR_RNDN);
    mpfr_sub_d(number_, number_, origin, MPFR_RNDN);
    mpfr_mul_d(number_, number_, of_.parameters_.scale, MPFR_RNDN);
    return mpfr_equal_p(number_, offset_) != 0;
  }

  const NearestLog& of_;
  mpfr_prec_t bits_ = 192;
  std::unique_ptr<Interval> log_sum_;
  mpfr_t offset_;
  mpfr_t number_;
};

NearestLog::NearestLog(Format format, const void* x, std::size_t n, const Parameters& parameters,
                       const LogSumInTwo& log_sum)
    : format_(format), x_(x), n_(n), parameters_(parameters), log_sum_(log_sum) {
  maximum_ = Load(format, x, 0);
  for (std::size_t j = 1; j < n; ++j) {
    const double value = Load(format, x, j);
    const double other = std::fmin(value, maximum_);
    alone_ = alone_ && std::isinf(other);
    if (value > maximum_) {
      maximum_ = value;
      top_ = j;
    }
  }
}

NearestLog::~NearestLog() = default;

double NearestLog::LogSoftmax(std::size_t i) { return Nearest(format_, Load(format_, x_, i), maximum_, -1); }

double NearestLog::LogSumExp(Format format) { return Nearest(format, maximum_, 0, 1); }

double NearestLog::Nearest(Format format, double x, double origin, int side) {
  const Scaled q(x, origin, parameters_);
  if (!alone_) {
    const double log_hi = side * log_sum_.hi;
    const TwoDoubles sum = TwoSum(q.hi, log_hi);
    const TwoDoubles result = TwoSum(sum.hi, sum.lo + (q.lo + side * log_sum_.lo));
    const double size = std::abs(result.hi);
    const double error = log_sum_.error + q.error + 0x1p-103 * (std::abs(q.hi) + log_sum_.hi);
    if (error < size * 0x1p-53 && size <= Largest(format)) {
      const double sign = std::copysign(1.0, result.hi);
      const auto nearest = NearestWithin(format, size, sign * result.lo, error);
      if (nearest) return sign * *nearest;
    }
    if (q.error == 0 && log_sum_.hi < std::abs(q.hi) * 0x1p-60 && std::abs(q.hi) <= Largest(format)) {
      const auto nearest = NearestBeside(format, q, side);
      if (nearest) return *nearest;
    }
  }
  if (!exact_) exact_ = std::make_unique<Exact>(*this);
  return exact_->Nearest(format, x, origin, side);
}

}  // namespace softmax_verify
