#include "reference/ball.h"

#include <gmp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace softmax_verify::reference {
namespace {

using Mantissa = Ball::Mantissa;
static_assert(GMP_NUMB_BITS == 64 && std::endian::native == std::endian::little,
              "two limbs of GMP are read as one 128-bit integer");

constexpr Mantissa kTop = Mantissa{1} << 127;
// Errors are doubles, computed with a few roundings to nearest each; this factor makes them upper bounds.
constexpr double kUp = 1 + 0x1p-48;
// Balls lie below 2^kRange, and what is below 2^-kRange they round away from 0: MPFR has exponents up to 2^30.
constexpr long kRange = 900000000;

int LeadingZeros(Mantissa x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<std::uint64_t>(x));
}

// floor(a * b / 2^128).
Mantissa MultiplyHigh(Mantissa a, Mantissa b) {
  const auto a0 = static_cast<std::uint64_t>(a), a1 = static_cast<std::uint64_t>(a >> 64);
  const auto b0 = static_cast<std::uint64_t>(b), b1 = static_cast<std::uint64_t>(b >> 64);
  const Mantissa cross0 = Mantissa{a0} * b1, cross1 = Mantissa{a1} * b0;
  const Mantissa middle =
      (Mantissa{a0} * b0 >> 64) + static_cast<std::uint64_t>(cross0) + static_cast<std::uint64_t>(cross1);
  return Mantissa{a1} * b1 + (cross0 >> 64) + (cross1 >> 64) + (middle >> 64);
}

// floor(x * 2^128) for 0 <= x < 1; 2^128 - 1 for x = 1.
Mantissa Fraction(mpfr_srcptr x) {
  if (mpfr_cmp_ui(x, 1) >= 0) return ~Mantissa{0};
  mpfr_t scaled;
  mpfr_init2(scaled, mpfr_get_prec(x));
  mpfr_mul_2ui(scaled, x, 128, MPFR_RNDD);
  mpz_t whole;
  mpz_init(whole);
  mpfr_get_z(whole, scaled, MPFR_RNDD);
  const Mantissa result = Mantissa{mpz_getlimbn(whole, 1)} << 64 | mpz_getlimbn(whole, 0);
  mpz_clear(whole);
  mpfr_clear(scaled);
  return result;
}

// exp(-j / 2^8) and exp(-j / 2^16), and 1/j, in units of 2^-128, each at most one unit too small; ln 2 likewise, and
// the 64 bits below.
struct Constants {
  std::array<Mantissa, 256> exp8, exp16;
  std::array<Mantissa, 8> inverse{};
  Mantissa ln2;
  std::uint64_t ln2_below;

  Constants() {
    mpfr_t x;
    mpfr_init2(x, 256);
    const auto exp_of_minus = [&](unsigned long j, unsigned long shift) {
      mpfr_set_ui_2exp(x, j, -static_cast<long>(shift), MPFR_RNDN);
      mpfr_neg(x, x, MPFR_RNDN);
      mpfr_exp(x, x, MPFR_RNDD);
      return Fraction(x);
    };
    for (unsigned long j = 0; j < 256; ++j) {
      exp8[j] = exp_of_minus(j, 8);
      exp16[j] = exp_of_minus(j, 16);
    }
    for (std::size_t j = 1; j < inverse.size(); ++j) inverse[j] = ~Mantissa{0} / j;
    mpfr_const_log2(x, MPFR_RNDD);
    ln2 = Fraction(x);
    mpfr_mul_2ui(x, x, 64, MPFR_RNDN);
    mpfr_frac(x, x, MPFR_RNDN);
    ln2_below = static_cast<std::uint64_t>(Fraction(x));
    mpfr_clear(x);
  }
};

const Constants& GetConstants() {
  static const Constants constants;
  return constants;
}

// exp(-r) for r = fraction / 2^128 < 1, in units of 2^-128, with an error below 8 units.
//   r = j1 / 2^8 + j2 / 2^16 + z, z < 2^-16: exp(-r) is a product of two constants and of 1 - q_1, where
//   q_k = z / k * (1 - q_(k+1)) is Taylor's series; leaving it after z^7 costs z^8 / 8! < 2^-143.
//   Every product is cut off, which loses less than one unit, and 1 - q is taken one unit too small. In q_k, k > 1,
//   such losses are multiplied by z; so 1 - q_1 is off by less than 3 units, and the constants by one each, and the two
//   last products lose one each.
Mantissa ExpOfMinus(Mantissa fraction) {
  const Constants& constants = GetConstants();
  const Mantissa z = fraction & ((Mantissa{1} << 112) - 1);
  Mantissa q = 0;
  for (std::size_t k = 7; k >= 2; --k) q = MultiplyHigh(MultiplyHigh(z, ~q), constants.inverse[k]);
  q = MultiplyHigh(z, ~q);
  const Mantissa table = MultiplyHigh(constants.exp8[static_cast<std::size_t>(fraction >> 120)],
                                      constants.exp16[static_cast<std::size_t>(fraction >> 112) & 255]);
  return MultiplyHigh(table, ~q);
}

}  // namespace

// Normalises, which changes the unit of the error.
Ball::Ball(bool negative, Mantissa mantissa, long exponent, double error)
    : negative_(negative), mantissa_(mantissa), exponent_(exponent), error_(error) {
  if (mantissa_ == 0) {
    *this = error == 0 ? Ball() : Around0(error, exponent);
    return;
  }
  const int shift = LeadingZeros(mantissa_);
  mantissa_ <<= shift;
  exponent_ -= shift;
  error_ = std::ldexp(error_, shift);
  if (exponent_ + 128 > kRange) *this = All();
  // Everything in the ball is below 2^(exponent + 129) where it has a sign.
  if (exponent_ + 129 < -kRange) *this = HasSign() ? UpTo(negative, -kRange) : All();
}

Ball Ball::All() {
  Ball ball;
  ball.error_ = std::numeric_limits<double>::infinity();
  return ball;
}

// All numbers of at most bound * 2^exponent, for a bound > 0. The middle, which may not be 0, is the power of two just
// below, and the error reaches from there to the other end.
Ball Ball::Around0(double bound, long exponent) {
  if (std::isinf(bound)) return All();
  const int power = std::ilogb(bound);
  return Ball(false, kTop, exponent + power - 127, (std::ldexp(bound, 127 - power) + 0x1p127) * kUp);
}

// From 0 to +-2^power.
Ball Ball::UpTo(bool negative, long power) { return Ball(negative, kTop, power - 128, 0x1p127); }
bool Ball::IsUpTo() const { return mantissa_ == kTop && error_ == 0x1p127; }

// The mantissa rounded down to a double.
double Ball::LeastMantissa() const {
  return std::ldexp(static_cast<double>(static_cast<std::uint64_t>(mantissa_ >> 75)), 75);
}

std::optional<int> Sign(const Ball& ball) {
  if (ball.mantissa_ == 0 && ball.error_ == 0) return 0;
  if (!(ball.error_ < ball.LeastMantissa())) return std::nullopt;
  return ball.negative_ ? -1 : 1;
}

// The middle is rounded to nearest, and the error is the distance from there to the farther end, rounded up.
Ball::Ball(mpfr_srcptr low, mpfr_srcptr high) {
  if (!mpfr_number_p(low) || !mpfr_number_p(high)) {
    *this = All();
    return;
  }
  if (mpfr_zero_p(low) || mpfr_zero_p(high)) {
    if (mpfr_zero_p(low) && mpfr_zero_p(high)) return;
    const mpfr_srcptr end = mpfr_zero_p(low) ? high : low;
    *this = UpTo(mpfr_sgn(end) < 0, mpfr_get_exp(end));
    return;
  }
  MPFR_DECL_INIT(middle, 128);
  MPFR_DECL_INIT(below, 53);
  MPFR_DECL_INIT(above, 53);
  mpfr_add(middle, low, high, MPFR_RNDN);
  mpfr_div_2ui(middle, middle, 1, MPFR_RNDN);
  mpfr_sub(below, middle, low, MPFR_RNDU);
  mpfr_sub(above, high, middle, MPFR_RNDU);
  if (mpfr_less_p(below, above)) mpfr_set(below, above, MPFR_RNDU);
  // The unit of the error: the middle's last place, or where it has none the error's own.
  const long exponent = mpfr_get_exp(mpfr_zero_p(middle) ? below : middle) - 128;
  mpfr_mul_2si(below, below, -exponent, MPFR_RNDU);
  const double error = mpfr_get_d(below, MPFR_RNDU);
  Mantissa digits = 0;
  if (!mpfr_zero_p(middle)) {
    const auto* limbs = static_cast<const mp_limb_t*>(mpfr_custom_get_significand(middle));
    digits = Mantissa{limbs[1]} << 64 | limbs[0];
  }
  *this = Ball(mpfr_sgn(middle) < 0, digits, exponent, error);
}

Ball::Ball(double value) {
  if (value == 0) return;
  int exponent = 0;
  const double significand = std::ldexp(std::frexp(std::abs(value), &exponent), 53);
  *this = Ball(std::signbit(value), static_cast<std::uint64_t>(significand), exponent - 53, 0);
}

Ball Ball::operator-() const {
  Ball negated = *this;
  negated.negative_ = !negative_ && mantissa_ != 0;
  return negated;
}

Ball& Ball::operator-=(const Ball& other) { return *this += -other; }

// The smaller number is shifted to the unit of the larger one: what falls off is less than one unit.
Ball& Ball::operator+=(const Ball& other) {
  if (IsAll() || other.IsAll()) return *this = All();
  if (other.mantissa_ == 0) return *this;
  if (mantissa_ == 0) return *this = other;
  const bool larger = std::pair(exponent_, mantissa_) >= std::pair(other.exponent_, other.mantissa_);
  const Ball& a = larger ? *this : other;
  const Ball& b = larger ? other : *this;
  const long shift = a.exponent_ - b.exponent_;
  const Mantissa shifted = shift < 128 ? b.mantissa_ >> shift : 0;
  const bool cut = shift >= 128 || shifted << shift != b.mantissa_;
  const double error = (a.error_ + std::ldexp(b.error_, -static_cast<int>(std::min(shift, 2000L))) + cut) * kUp;
  if (a.negative_ != b.negative_) return *this = Ball(a.negative_, a.mantissa_ - shifted, a.exponent_, error);
  const Mantissa sum = a.mantissa_ + shifted;
  if (sum >= a.mantissa_) return *this = Ball(a.negative_, sum, a.exponent_, error);
  // A carry out of 128 bits; the last bit may go.
  return *this = Ball(a.negative_, kTop | sum >> 1, a.exponent_ + 1, (error + (sum & 1 ? 1 : 0)) / 2 * kUp);
}

// (A + a)(B + b) - A B = A b + B a + a b, where A, B < 2^128 and the unit is 2^128 of the product's.
Ball& Ball::operator*=(const Ball& other) {
  if (IsAll() || other.IsAll()) return *this = All();
  if (mantissa_ == 0 || other.mantissa_ == 0) return *this = Ball();
  const bool negative = negative_ != other.negative_;
  if ((IsUpTo() && other.HasSign()) || (HasSign() && other.IsUpTo())) {
    // Numbers with a sign are below 2^(exponent + 129).
    return *this = UpTo(negative, exponent_ + other.exponent_ + 258);
  }
  const bool cut = mantissa_ * other.mantissa_ != 0;  // the low half of the product
  const double error = (error_ + other.error_ + error_ * other.error_ * 0x1p-128 + cut) * kUp;
  return *this = Ball(negative, MultiplyHigh(mantissa_, other.mantissa_), exponent_ + other.exponent_ + 128, error);
}

// (A + a) / (B + b) = A / B * (1 + a/A) / (1 + b/B), off by at most (|a/A| + |b/B|) / (1 - |b/B|) of A / B.
Ball& Ball::operator/=(const Ball& other) {
  const double of_numerator = error_ / static_cast<double>(mantissa_);
  const double of_denominator = other.error_ / static_cast<double>(other.mantissa_);
  if (IsAll() || other.mantissa_ == 0 || !(of_denominator < 0x1p-20)) return *this = All();
  if (mantissa_ == 0) return *this;
  const bool negative = negative_ != other.negative_;
  // At most 2^(exponent + 128) over (1 - 2^-20) 2^(exponent + 127).
  if (IsUpTo()) return *this = UpTo(negative, exponent_ - other.exponent_ + 2);
  // The numerator is shifted so that the quotient has 128 bits: shift by 128 where its digits are the smaller ones.
  const int shift = mantissa_ < other.mantissa_ ? 128 : 127;
  const Mantissa high = shift == 128 ? mantissa_ : mantissa_ >> 1;
  const Mantissa low = shift == 128 ? 0 : mantissa_ << 127;
  const mp_limb_t numerator[4] = {static_cast<mp_limb_t>(low), static_cast<mp_limb_t>(low >> 64),
                                  static_cast<mp_limb_t>(high), static_cast<mp_limb_t>(high >> 64)};
  const mp_limb_t denominator[2] = {static_cast<mp_limb_t>(other.mantissa_),
                                    static_cast<mp_limb_t>(other.mantissa_ >> 64)};
  mp_limb_t quotient[3], remainder[2];
  mpn_tdiv_qr(quotient, remainder, 0, numerator, 4, denominator, 2);
  const Mantissa digits = Mantissa{quotient[1]} << 64 | quotient[0];
  const bool cut = (remainder[0] | remainder[1]) != 0;
  const double relative = (of_numerator + of_denominator) / (1 - of_denominator);
  const double error = (static_cast<double>(digits) * relative + cut) * kUp;
  return *this = Ball(negative, digits, exponent_ - other.exponent_ - shift, error);
}

// exp(+-t) = 2^+-k exp(-r), with t = k ln 2 + r below 0 and t = k ln 2 - r above. In fixed point with 128 bits behind
// the point, t and k ln 2 are cut off by less than a unit each, so r is off by less than 2 units, and exp(-r) by less
// than 10.
Ball Exp(const Ball& exponent) {
  if (exponent.IsAll()) return exponent;
  if (exponent.mantissa_ == 0) return Ball(1.0);
  const bool negative = exponent.negative_;
  const long position = exponent.exponent_ + 128;  // t < 2^position
  if (exponent.error_ > 0x1p60) return Ball::All();
  // Below 0, between 0 and 2^-700000000, as t > 2^29 - 1.
  if (position > 29) return negative ? Ball::UpTo(false, -700000000) : Ball::All();
  std::uint64_t whole = 0;
  Mantissa fraction = 0;
  if (position > 0) {
    whole = static_cast<std::uint64_t>(exponent.mantissa_ >> (128 - position));
    fraction = exponent.mantissa_ << position;
  } else if (position > -128) {
    fraction = exponent.mantissa_ >> -position;
  }
  const double t = static_cast<double>(whole) + std::ldexp(static_cast<double>(fraction), -128);
  // Below 0 never more than t / ln 2, above never less: the doubles are off by less than 2^-20. So 0 <= r, and
  // r < ln 2 + 2^-19, units aside.
  const double quotient = t * 1.4426950408889634;
  const auto k = static_cast<std::uint64_t>(negative ? std::max(quotient - 0x1p-20, 0.0) : quotient + 0x1p-20 + 1);
  const Constants& constants = GetConstants();
  const Mantissa below = (Mantissa{k} * constants.ln2_below) >> 64;
  const Mantissa low = Mantissa{k} * static_cast<std::uint64_t>(constants.ln2) + below;
  const Mantissa high = Mantissa{k} * static_cast<std::uint64_t>(constants.ln2 >> 64) + (low >> 64);
  // The part behind the point; the whole numbers cancel.
  const Mantissa product = high << 64 | static_cast<std::uint64_t>(low);
  const Mantissa remainder = negative ? fraction - product : product - fraction;
  // An exponent off by delta changes the result by the factor exp(delta): |exp(delta) - 1| < 1.001 |delta| here.
  const double delta = std::ldexp(exponent.error_, static_cast<int>(std::max(exponent.exponent_, -2000L)));
  const long power = negative ? -static_cast<long>(k) : static_cast<long>(k);
  return Ball(false, ExpOfMinus(remainder), power - 128, 10 + 1.001 * 0x1p128 * delta);
}

namespace {

// An increasing function of MPFR: each end rounded outwards at more than a ball's precision. Where an end lies outside
// the function's domain it becomes NaN or infinite.
Ball OfEnds(const Ball& x, int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)) {
  const Ball::Ends ends(x);
  MPFR_DECL_INIT(low, 160);
  MPFR_DECL_INIT(high, 160);
  function(low, ends.low(), MPFR_RNDD);
  function(high, ends.high(), MPFR_RNDU);
  return Ball(low, high);
}

}  // namespace

Ball Log(const Ball& x) { return OfEnds(x, mpfr_log); }
Ball Log1p(const Ball& x) { return OfEnds(x, mpfr_log1p); }
Ball Sqrt(const Ball& x) { return OfEnds(x, mpfr_sqrt); }

Ball::Ends::Ends(const Ball& ball) {
  const auto set = [](mpfr_ptr end, bool negative, Mantissa digits, long exponent, Mantissa& storage) {
    if (digits == 0) {
      mpfr_custom_init_set(end, MPFR_ZERO_KIND, 0, 128, &storage);
      return;
    }
    const int shift = LeadingZeros(digits);
    storage = digits << shift;
    mpfr_custom_init_set(end, negative ? -MPFR_REGULAR_KIND : MPFR_REGULAR_KIND, exponent + 128 - shift, 128, &storage);
  };
  mpfr_ptr inner = ball.negative_ ? high_ : low_;
  mpfr_ptr outer = ball.negative_ ? low_ : high_;
  if (!ball.HasSign()) {
    if (ball.IsAll()) {
      mpfr_custom_init_set(low_, -MPFR_INF_KIND, 0, 128, &inner_digits_);
      mpfr_custom_init_set(high_, MPFR_INF_KIND, 0, 128, &outer_digits_);
      return;
    }
    // mantissa + error is less than 2^129, or than twice the error.
    const long exponent = ball.exponent_ + std::max(std::ilogb(ball.error_) + 2, 129) - 127;
    set(low_, true, kTop, exponent, inner_digits_);
    set(high_, false, kTop, exponent, outer_digits_);
    return;
  }
  const auto error = static_cast<Mantissa>(std::ceil(ball.error_));
  set(inner, ball.negative_, ball.mantissa_ - error, ball.exponent_, inner_digits_);
  const Mantissa sum = ball.mantissa_ + error;
  if (sum >= ball.mantissa_) {
    set(outer, ball.negative_, sum, ball.exponent_, outer_digits_);
  } else {
    set(outer, ball.negative_, kTop | ((sum >> 1) + (sum & 1)), ball.exponent_ + 1, outer_digits_);
  }
}

}  // namespace softmax_verify::reference
