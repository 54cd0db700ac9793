#include "verify/ulp.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace softmax_verify {
namespace {

using Kind = reference::Enclosure::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// got and |exact| in units of ulp(exact), the sign of exact folded into got.
//   |exact| lies in (value + rest) +- radius and in [least, most); |rest| <= 1/2, value <= 2^p.
struct InUlps {
  double got;
  double value;
  double rest = 0;
  double radius = 0;
  double least = 0;
  double most = kInfinity;
};

InUlps Scale(Format format, double got, const reference::Enclosure& exact,
             long unit = std::numeric_limits<long>::min()) {
  const FormatInfo& info = Info(format);
  if (exact.negative) got = -got;
  const long exponent = exact.kind == Kind::zero ? info.emin : std::min<long>(exact.exponent, info.emax);
  const int quantum = static_cast<int>(std::max(UlpExponent(format, exponent), unit));
  // A power of two: exact unless it overflows.
  const double scaled =
      std::isinf(got) ? std::copysign(std::ldexp(1.0, info.emax + 1 - quantum), got) : std::ldexp(got, -quantum);
  if (exact.kind == Kind::zero) return {scaled, 0, 0, 0, 0, 0};
  if (exact.exponent > info.emax) return {scaled, std::ldexp(1.0, info.emax + 1 - quantum)};
  const long shift = exact.exponent - quantum;
  // Less than 2^-100 ulp: as good as nothing, yet not 0. Nothing below underflows.
  if (shift < -100) return {scaled, 0, 0, 0x1p-99, 0, 0x1p-99};
  const auto s = static_cast<int>(shift);
  return {scaled,
          std::ldexp(exact.head, s),
          std::ldexp(exact.tail, s),
          std::ldexp(exact.radius, s),
          std::ldexp(1.0, s),
          std::ldexp(2.0, s)};
}

// a + b = sum + rest exactly (Knuth's TwoSum), where nothing overflows.
struct Sum {
  double sum;
  double rest;
};
Sum TwoSum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// got - |exact| + offset lies in value +- uncertainty.
struct Difference {
  double value;
  double uncertainty;
  bool CertainlyPositive() const { return value - uncertainty > 0; }
  bool CertainlyNegative() const { return value + uncertainty < 0; }
  bool IsZero() const { return uncertainty == 0 && value == 0; }
};

// Two sums without error, got - v and then the offset; what they leave over is tiny, and mostly 0. Beside the radius
// the rounded operations that remain err by at most 2^-53 of `value`, and by 2^-52 of what is left over together with
// the rest. The factors 2^-51 also cover the rounding of the uncertainty itself and of value +- uncertainty.
Difference Subtract(const InUlps& scaled, double offset = 0) {
  if (std::isinf(scaled.got)) return {scaled.got, 0};
  const Sum difference = TwoSum(scaled.got, -scaled.value);
  const Sum shifted = TwoSum(difference.sum, offset);
  const bool left_over = difference.rest != 0 || shifted.rest != 0;
  const double small = (difference.rest + shifted.rest) - scaled.rest;
  const Sum total = TwoSum(shifted.sum, small);
  if (!left_over && total.rest == 0 && scaled.radius == 0) return {total.sum, 0};
  const double lost = left_over ? std::abs(difference.rest) + std::abs(shifted.rest) + std::abs(scaled.rest) : 0;
  return {total.sum, 1.001 * scaled.radius + 0x1p-51 * (std::abs(total.sum) + lost)};
}

}  // namespace

UlpError MeasureUlp(Format format, double got, const reference::Enclosure& exact, long unit) {
  const bool both_nan = std::isnan(got) && exact.kind == Kind::nan;
  const bool same_infinity = std::isinf(got) && exact.kind == Kind::infinite && std::signbit(got) == exact.negative;
  if (both_nan || same_infinity) return {};
  if (std::isnan(got) || exact.kind == Kind::nan || exact.kind == Kind::infinite) {
    return {kInfinity, kInfinity, kInfinity};
  }
  const Difference difference = Subtract(Scale(format, got, exact, unit));
  const double size = std::abs(difference.value);
  return {std::max(size - difference.uncertainty, 0.0), size + difference.uncertainty,
          exact.negative ? -difference.value : difference.value};
}

Rounding JudgeRounding(Format format, double got, const reference::Enclosure& exact) {
  if (exact.kind != Kind::finite) {
    const bool same = MeasureUlp(format, got, exact).high == 0;
    return {same, same, false};
  }
  if (std::isnan(got)) return {};
  const InUlps scaled = Scale(format, got, exact);
  // In units of ulp(exact) the values of the format within [least, most] are the integers, and below `least` half
  // integers appear. Nearer than 1/2 to a number of at least `least` there are only integers.
  const Difference above_half = Subtract(scaled, 0.5);   // positive: got > |exact| - 1/2
  const Difference below_half = Subtract(scaled, -0.5);  // negative: got < |exact| + 1/2
  const bool tie = above_half.IsZero() || below_half.IsZero();
  const bool correct =
      (above_half.CertainlyPositive() && below_half.CertainlyNegative()) || (tie && std::fmod(scaled.got, 2) == 0);
  // got - 1 < |exact| < got + 1, by the radius, or by what is known for certain of |exact|.
  const bool not_below = Subtract(scaled, 1).CertainlyPositive() || scaled.got + 1 >= scaled.most;
  const bool not_above = Subtract(scaled, -1).CertainlyNegative() || scaled.got <= std::max(scaled.least, 1.0);
  const bool wrong = tie || above_half.CertainlyNegative() || below_half.CertainlyPositive();
  return {correct, scaled.got == std::floor(scaled.got) && not_below && not_above, !correct && !wrong};
}

}  // namespace softmax_verify
