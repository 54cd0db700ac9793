// reference/: two independent paths to the same numbers, roundings next to ties, exact cases, special rows, decimals.
#include "reference/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "reference/interval.h"
#include "verify/case.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

using reference::Ball;
using reference::Enclosure;
using reference::Exp;
using reference::Limit;
using reference::Log;
using reference::Log1p;
using reference::Rational;
using reference::Sign;
using reference::Sqrt;
using Kind = Enclosure::Kind;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsNan;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Row Softmax(const Values& x, Parameters parameters = {}) { return {Operation::softmax, Format::f64, x, parameters}; }
std::vector<Enclosure> Enclose(const Values& x, Parameters parameters = {}) {
  return reference::Enclose(Softmax(x, parameters));
}
Values Round(Format format, const Values& x, Parameters parameters = {}) {
  return reference::Round({Operation::softmax, format, x, parameters});
}
std::vector<std::string> Digits(int digits, const Values& x, Parameters parameters = {}) {
  return reference::Digits(Softmax(x, parameters), digits);
}

using Wide = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<400, boost::multiprecision::digit_base_2, void, std::int32_t>,
    boost::multiprecision::et_off>;

// Rows of all kinds: spreads from a fraction of an ulp to far below underflow, offsets, ties, -inf, scale, temperature.
Row RandomRow(Format format, std::mt19937_64& bits) {
  const auto unit = [&] { return std::ldexp(static_cast<double>(bits() >> 11), -53); };
  Row row{Operation::softmax, format, {}, {}};
  const std::size_t n = 1 + bits() % 12;
  const double spread = std::ldexp(1.0, static_cast<int>(bits() % 40) - 30);
  const double offset = bits() % 3 == 0 ? std::ldexp(unit() - 0.5, static_cast<int>(bits() % 16)) : 0;
  for (std::size_t i = 0; i < n; ++i) {
    double logit = offset + spread * (unit() - 0.5);
    if (bits() % 4 == 0 && i > 0) logit = row.x[bits() % i];
    if (bits() % 32 == 0) logit = -kInfinity;
    if (bits() % 64 == 0) logit = -Largest(format);
    row.x.push_back(RoundToFormat(format, logit));
  }
  if (bits() % 4 == 0) row.parameters.scale = RoundToFormat(format, 4 * (1 - unit()));
  if (bits() % 4 == 0) row.parameters.temperature = RoundToFormat(format, 4 * (1 - unit()));
  return row;
}

class ReferenceTest : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(Formats, ReferenceTest, testing::Values(Format::f32, Format::f16, Format::bf16, Format::f64),
                         [](const auto& info) { return std::string(Name(info.param)); });

TEST_P(ReferenceTest, TwoPathsAgree) {
  std::mt19937_64 bits(1);
  for (int trial = 0; trial < 1500; ++trial) {
    const Row row = RandomRow(GetParam(), bits);
    SCOPED_TRACE(ToString(row));
    const std::vector<Enclosure> first = reference::Enclose(row);
    const std::vector<Enclosure> second = reference::EncloseSoftmaxIndependently(row);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      ASSERT_EQ(first[i].kind, second[i].kind);
      ASSERT_EQ(first[i].negative, second[i].negative);
      ASSERT_EQ(first[i].exponent, second[i].exponent);
      ASSERT_LE(first[i].radius, 0x1p-90);
      const double distance = (first[i].head - second[i].head) + (first[i].tail - second[i].tail);
      // 2^-105: the rounding of the difference of the tails.
      ASSERT_LE(std::abs(distance), first[i].radius + second[i].radius + 0x1p-105);
    }
  }
}

// The centre is no further from the exact value, here to 70 digits, than the radius says.
TEST_P(ReferenceTest, EnclosuresContainTheValue) {
  std::mt19937_64 bits(4);
  for (int trial = 0; trial < 500; ++trial) {
    const Row row = RandomRow(GetParam(), bits);
    SCOPED_TRACE(ToString(row));
    const std::vector<Enclosure> exact = reference::Enclose(row);
    const std::vector<std::string> decimals = reference::Digits(row, 70);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      if (exact[i].kind != Kind::finite || exact[i].exponent < -100000) continue;
      const Wide value(decimals[i]);
      const Wide scaled = ldexp(value, static_cast<int>(-exact[i].exponent));
      ASSERT_LE(abs(Wide(scaled - exact[i].head - exact[i].tail)), Wide(exact[i].radius) + 1e-69) << decimals[i];
      ASSERT_GE(scaled, 1 - 1e-69);
      ASSERT_LE(scaled, 2 + 1e-69);
    }
  }
}

// The same for every operation, on rows with all that they take: what the balls say against what MPFI says.
TEST_P(ReferenceTest, BallsAgreeWithIntervals) {
  for (const OperationInfo& info : kOperations) {
    for (const Family& family : Families()) {
      for (const std::size_t n : {1u, 2u, 5u, 17u}) {
        Random random(11, HashOf(family.name) + n);
        const Row row = Draw(FullSignature(info.operation, GetParam()), family, n, random);
        SCOPED_TRACE(std::string(info.name) + " " + ToString(row));
        const std::vector<Enclosure> exact = reference::Enclose(row);
        const std::vector<std::string> decimals = reference::Digits(row, 40);
        const Values rounded = reference::Round(row);
        const std::vector<Format> formats = ResultFormats(row);
        ASSERT_EQ(exact.size(), CountResults(row));
        for (std::size_t i = 0; i < exact.size(); ++i) {
          if (exact[i].kind != Kind::finite) {
            ASSERT_EQ(std::isnan(rounded[i]), exact[i].kind == Kind::nan);
            if (exact[i].kind != Kind::nan) {
              ASSERT_EQ(rounded[i], exact[i].Approximate());
            }
            continue;
          }
          ASSERT_LE(MeasureUlp(formats[i], rounded[i], exact[i]).low, 0.5);
          if (exact[i].exponent < -100000) continue;
          const Wide scaled = ldexp(Wide(decimals[i]), static_cast<int>(-exact[i].exponent));
          const Wide center = (exact[i].negative ? -1 : 1) * (Wide(exact[i].head) + exact[i].tail);
          ASSERT_LE(abs(Wide(scaled - center)), Wide(exact[i].radius) + 1e-39) << i << " " << decimals[i];
        }
      }
    }
  }
}

TEST_P(ReferenceTest, RoundsToTheNearestValue) {
  const Format format = GetParam();
  std::mt19937_64 bits(2);
  for (int trial = 0; trial < 3000; ++trial) {
    const Row row = RandomRow(format, bits);
    SCOPED_TRACE(ToString(row));
    const std::vector<Enclosure> exact = reference::Enclose(row);
    const Values rounded = reference::Round(row);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      if (exact[i].kind == Kind::nan) {
        ASSERT_THAT(rounded[i], IsNan());
        continue;
      }
      ASSERT_TRUE(IsRepresentable(format, rounded[i]));
      const UlpError error = MeasureUlp(format, rounded[i], exact[i]);
      ASSERT_LE(error.low, 0.5);
      const Rounding rounding = JudgeRounding(format, rounded[i], exact[i]);
      ASSERT_TRUE(rounding.faithful);
      ASSERT_TRUE(rounding.correct || error.high > 0.5 - 0x1p-35);  // false only next to a tie
    }
  }
}

// y_0 = 1/2 + d/4 - d^3/48 + ... with d = 3 * 2^(1-p) lies below the midpoint of 1/2 + 2^-p and 1/2 + 2 * 2^-p by about
// 2^-(3p): a tie, rounded to even, would go up.
TEST_P(ReferenceTest, RoundsThirdOrderNearTies) {
  const int p = Info(GetParam()).p;
  const double d = 3 * std::ldexp(1.0, 1 - p);
  EXPECT_EQ(Round(GetParam(), {1 + d, 1})[0], 0.5 + std::ldexp(1.0, -p));
}

// y_0 = 1/4 + 3d/16 + 3d^2/64 + ...; d = 2^(2-p) puts it above the midpoint of 1/4 + 2^-1-p and its upper neighbour by
// about 2^-(2p).
TEST_P(ReferenceTest, RoundsSecondOrderNearTies) {
  const int p = Info(GetParam()).p;
  const double d = std::ldexp(1.0, 2 - p);
  EXPECT_EQ(Round(GetParam(), {1 + d, 1, 1, 1})[0], 0.25 + std::ldexp(1.0, -p));
}

unsigned long long DecidedBeyond(unsigned bits) {
  unsigned long long elements = 0;
  for (const reference::Effort& effort : reference::EffortSpent()) {
    if (effort.bits > bits) elements += effort.elements;
  }
  return elements;
}

// Rows built greedily, every logit chosen to cancel what is left of the distance between y_0 and the midpoint of
// 3/4 and its upper neighbour: that distance is 2^-depth of y_0. The roundings are mpmath's, at 3000 bits.
TEST(ReferenceNearTieTest, RoundsGreedyRows) {
  const struct {
    Format format;
    Values x;
    unsigned depth;
    double rounded;
  } rows[] = {
      {Format::f32, {0x1p+0, -0x1.93eaa6p-4, -0x1.3ed10ep+4}, 50, 0x1.800002p-1},
      {Format::f32,
       {0x1p+0, -0x1.93eaa6p-4, -0x1.3ed10ep+4, -0x1.0ff58ap+5, -0x1.762282p+5, -0x1.f9b174p+5, -0x1.305c7ap+6,
        -0x1.603c84p+6},
       148,
       0x1.8p-1},
      {Format::f64, {0x1p+0, -0x1.93ea7aad030bfp-4, -0x1.4410fcf0919adp+5}, 108, 0x1.8p-1},
      {Format::f64,
       {0x1p+0, -0x1.93ea7aad030bfp-4, -0x1.4410fcf0919aep+5, -0x1.26eb95e1bc88bp+6, -0x1.a9822e98f1b4ep+6},
       202,
       0x1.8000000000001p-1},
      {Format::f64,
       {0x1p+0, -0x1.93ea7aad030bfp-4, -0x1.4410fcf0919aep+5, -0x1.26eb95e1bc88bp+6, -0x1.a9822e98f1b4ep+6,
        -0x1.16814458de49dp+7, -0x1.558fac7f31c49p+7, -0x1.9d510b4fbd740p+7},
       346,
       0x1.8p-1},
  };
  for (const auto& row : rows) {
    for (const unsigned bits : {128u, 257u}) {
      const unsigned long long before = DecidedBeyond(bits);
      EXPECT_EQ(Round(row.format, row.x)[0], row.rounded);
      EXPECT_EQ(DecidedBeyond(bits) > before, row.depth >= bits) << row.depth;
    }
  }
}

// Equal logits have 1/n, the only rational results there are.
TEST(ReferenceExactTest, EqualLogits) {
  for (const FormatInfo& info : kFormats) {
    for (std::size_t n = 1; n <= 300; ++n) {
      EXPECT_THAT(Round(info.format, Values(n, 7)), Each(RoundToFormat(info.format, 1.0 / static_cast<double>(n))));
    }
  }
  for (int k = 0; k < 12; ++k) {
    const std::vector<Enclosure> exact = Enclose(Values(std::size_t{1} << k, -3));
    EXPECT_THAT(exact, Each(Field(&Enclosure::exponent, -k)));
    EXPECT_THAT(exact, Each(Field(&Enclosure::head, 1)));
    EXPECT_THAT(exact, Each(Field(&Enclosure::radius, 0)));
  }
}

// The results at k tied maxima lie below 1/k, however far down the rest is.
TEST(ReferenceExactTest, ResultsBelowAPowerOfTwoHaveTheExponentBelow) {
  for (const double rest : {-50.0, -700.0, -1e5, -1e9, -1e38, -1e308}) {
    for (const std::size_t k : {1u, 2u, 4u, 64u}) {
      Values x(k, 0);
      x.push_back(rest);
      for (const auto& path : {reference::Enclose, reference::EncloseSoftmaxIndependently}) {
        const Enclosure exact = path(Softmax(x))[0];
        EXPECT_EQ(exact.exponent, -std::ilogb(static_cast<double>(k)) - 1) << k << " " << rest;
        EXPECT_LE(exact.radius, 0x1p-90);
        EXPECT_EQ(exact.Approximate(), RoundToFormat(Format::f64, 1 / (static_cast<double>(k) + std::exp(rest))));
      }
    }
  }
  // An entry that takes no part does not push anything below.
  EXPECT_EQ(Enclose({0, -kInfinity})[0].exponent, 0);
  EXPECT_EQ(Enclose({0, -kInfinity})[0].radius, 0);
  EXPECT_EQ(Enclose({0, 0, -kInfinity})[0].exponent, -1);
  // Nearly tied: 1/2 +- 2^-1002. Of 1/2 +- 2^-1076 even 1025 bits do not tell the exponent, and it is that of 1/2.
  EXPECT_EQ(Enclose({0, -0x1p-1000})[0].exponent, -1);
  EXPECT_EQ(Enclose({0, -0x1p-1000})[1].exponent, -2);
  const std::vector<Enclosure> halves = Enclose({0, -0x1p-1074});
  EXPECT_THAT(halves, Each(Field(&Enclosure::exponent, -1)));
  EXPECT_THAT(halves, Each(Field(&Enclosure::head, 1)));
  // Digits are decided all the same.
  EXPECT_EQ(Digits(400, {0, -0x1p-1074})[1].substr(0, 330), "4." + std::string(322, '9') + "876483");
}

TEST(ReferenceExactTest, TinyResultsAreQuick) {
  const auto start = std::chrono::steady_clock::now();
  for (const double rest : {-3.7e8, -3.8e8, -7e8, -7.5e8, -1e10, -3e38, -1.7e308}) {
    for (const auto& path : {reference::Enclose, reference::EncloseSoftmaxIndependently}) {
      const Enclosure exact = path(Softmax({0, rest}))[1];
      EXPECT_EQ(exact.kind, Kind::finite);
      const double exponent = std::floor(rest * 1.4426950408889634);
      EXPECT_EQ(exact.exponent, std::max(exponent, static_cast<double>(reference::kTinyExponent)));
      EXPECT_EQ(exact.Approximate(), 0);
    }
    EXPECT_EQ(Round(Format::f64, {0, rest})[1], 0);
  }
  EXPECT_EQ(Digits(5, {0, -1e38})[1], "<1e-161614248");
  EXPECT_EQ(Digits(5, {0, -3.7e8})[1], "4.9636e-160688959");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// Two ends at a precision, rounded outwards; and the same behind a minus.
class Ends {
 public:
  Ends(mpfr_prec_t bits, const Rational& low, const Rational& high) {
    for (mpfr_ptr end : {low_, high_, minus_low_, minus_high_}) mpfr_init2(end, bits);
    mpfr_set_q(low_, low.backend().data(), MPFR_RNDD);
    mpfr_set_q(high_, high.backend().data(), MPFR_RNDU);
    mpfr_neg(minus_low_, low_, MPFR_RNDN);
    mpfr_neg(minus_high_, high_, MPFR_RNDN);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    for (mpfr_ptr end : {low_, high_, minus_low_, minus_high_}) mpfr_clear(end);
  }

  // The three answers; those to the mirrored question must be their mirror images.
  std::optional<Enclosure> Enclosed(const std::optional<Limit>& limit = {}) const {
    const auto answer = reference::ToEnclosure(low_, high_, limit ? &*limit : nullptr);
    const std::optional<Limit> mirror = Mirror(limit);
    const auto mirrored = reference::ToEnclosure(minus_high_, minus_low_, mirror ? &*mirror : nullptr);
    EXPECT_EQ(answer.has_value(), mirrored.has_value());
    if (answer && mirrored) {
      EXPECT_EQ(answer->kind, mirrored->kind);
      EXPECT_TRUE(answer->negative != mirrored->negative || answer->kind == Kind::zero);
      EXPECT_EQ(answer->exponent, mirrored->exponent);
      EXPECT_EQ(answer->head, mirrored->head);
      EXPECT_EQ(answer->tail, mirrored->tail);
      EXPECT_EQ(answer->radius, mirrored->radius);
    }
    return answer;
  }
  std::optional<double> Rounded(Format format, const std::optional<Limit>& limit = {}) const {
    const auto answer = reference::ToFormat(low_, high_, limit ? &*limit : nullptr, format);
    const std::optional<Limit> mirror = Mirror(limit);
    const auto mirrored = reference::ToFormat(minus_high_, minus_low_, mirror ? &*mirror : nullptr, format);
    EXPECT_EQ(answer.has_value(), mirrored.has_value());
    if (answer && mirrored) {
      EXPECT_EQ(*answer, -*mirrored);
    }
    return answer;
  }
  std::optional<std::string> Decimal(int digits, const std::optional<Limit>& limit = {}) const {
    const auto answer = reference::ToDigits(low_, high_, limit ? &*limit : nullptr, digits);
    const std::optional<Limit> mirror = Mirror(limit);
    const auto mirrored = reference::ToDigits(minus_high_, minus_low_, mirror ? &*mirror : nullptr, digits);
    EXPECT_EQ(answer.has_value(), mirrored.has_value());
    if (answer && mirrored && mpfr_sgn(low_) > 0) {
      EXPECT_EQ("-" + *answer, *mirrored);
    }
    return answer;
  }

 private:
  static std::optional<Limit> Mirror(const std::optional<Limit>& limit) {
    if (!limit) return std::nullopt;
    const Limit::Side side = limit->side == Limit::Side::above   ? Limit::Side::below
                             : limit->side == Limit::Side::below ? Limit::Side::above
                                                                 : limit->side;
    return Limit{-limit->value, side};
  }

  mpfr_t low_, high_, minus_low_, minus_high_;
};

Rational PowerOf2(int exponent) {
  const reference::Integer power = reference::Integer(1) << std::abs(exponent);
  return exponent < 0 ? Rational(1, power) : Rational(power);
}
Limit Above(const Rational& value) { return {value, Limit::Side::above}; }
Limit Below(const Rational& value) { return {value, Limit::Side::below}; }

TEST(DecideTest, LimitsFromEitherSideSettleTies) {
  for (const FormatInfo& info : kFormats) {
    // The midpoint of 1 and its upper neighbour, which rounds down to even; and of that and the next, which rounds up.
    const Rational ulp = PowerOf2(1 - info.p);
    for (const int odd : {1, 3}) {
      const Rational tie = 1 + odd * ulp / 2;
      const double down = 1 + std::ldexp((odd - 1) / 2, 1 - info.p), up = down + std::ldexp(1.0, 1 - info.p);
      const Ends ends(500, tie - PowerOf2(-100), tie + PowerOf2(-120));
      EXPECT_EQ(ends.Rounded(info.format), std::nullopt);
      EXPECT_EQ(ends.Rounded(info.format, Below(tie)), down);
      EXPECT_EQ(ends.Rounded(info.format, Above(tie)), up);
      // A limit that leaves both sides of the tie possible, or lies on the other side of 0, says nothing.
      EXPECT_EQ(ends.Rounded(info.format, Below(tie + PowerOf2(-200))), std::nullopt);
      EXPECT_EQ(ends.Rounded(info.format, Above(-tie)), std::nullopt);
      EXPECT_EQ(reference::ToFormat(tie, info.format), odd == 1 ? down : up);
      EXPECT_EQ(reference::ToFormat(-tie, info.format), odd == 1 ? -down : -up);
    }
    // Half of the smallest subnormal number (in f16 the result of 2^25 equal logits, the only tie that softmax has),
    // and the midpoint from which on results are infinite.
    const Rational least = PowerOf2(info.emin - info.p), most = PowerOf2(info.emax + 1) - PowerOf2(info.emax - info.p);
    const Ends small(300, least * (1 - PowerOf2(-150)), least * (1 + PowerOf2(-150)));
    EXPECT_EQ(small.Rounded(info.format, Below(least)), 0);
    EXPECT_EQ(small.Rounded(info.format, Above(least)), SmallestSubnormal(info.format));
    EXPECT_EQ(reference::ToFormat(least, info.format), 0);
    EXPECT_TRUE(std::signbit(reference::ToFormat(-least, info.format)));
    const Ends large(300, most * (1 - PowerOf2(-150)), most * (1 + PowerOf2(-150)));
    EXPECT_EQ(large.Rounded(info.format, Below(most)), Largest(info.format));
    EXPECT_EQ(large.Rounded(info.format, Above(most)), kInfinity);
    EXPECT_EQ(reference::ToFormat(-most, info.format), -kInfinity);
    EXPECT_EQ(reference::ToFormat(PowerOf2(20000), info.format), kInfinity);
    EXPECT_EQ(reference::ToFormat(PowerOf2(-20000), info.format), 0);
  }
  const Rational tie(1, 40);
  const Ends ends(500, tie - PowerOf2(-100), tie + PowerOf2(-100));
  EXPECT_EQ(ends.Decimal(1), std::nullopt);
  EXPECT_EQ(ends.Decimal(1, Below(tie)), "2e-02");
  EXPECT_EQ(ends.Decimal(1, Above(tie)), "3e-02");
  EXPECT_EQ(ends.Decimal(3, Below(tie)), "2.50e-02");
  const Ends one(500, 1 - PowerOf2(-100), 1 + PowerOf2(-100));
  EXPECT_EQ(one.Decimal(3, Below(1)), "1.00e+00");
  EXPECT_EQ(one.Decimal(3, Above(1)), "1.00e+00");
}

TEST(DecideTest, ExponentsAtPowersOfTwo) {
  for (const int power : {0, -7, 90, -2000}) {
    const Rational one = PowerOf2(power);
    const Rational narrow = one * PowerOf2(-120), wide = one * PowerOf2(-85);
    const Ends ends(128, one - narrow, one + narrow);
    EXPECT_EQ(ends.Enclosed(), std::nullopt);
    EXPECT_EQ(ends.Enclosed(Below(one))->exponent, power - 1);
    EXPECT_EQ(ends.Enclosed(Above(one))->exponent, power);
    EXPECT_EQ(ends.Enclosed(Below(one + narrow / 4)), std::nullopt);
    EXPECT_EQ(ends.Enclosed(Above(one - narrow / 4)), std::nullopt);
    EXPECT_EQ(ends.Enclosed(Below(-one)), std::nullopt);
    EXPECT_EQ(ends.Enclosed(Above(-one)), std::nullopt);
    // From 1025 bits on the power's binade, and not before; never what is too wide.
    EXPECT_EQ(Ends(513, one - one * PowerOf2(-500), one + narrow).Enclosed(), std::nullopt);
    const std::optional<Enclosure> taken = Ends(1025, one - narrow, one + narrow).Enclosed();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->exponent, power);
    EXPECT_EQ(taken->head, 1);
    EXPECT_LE(taken->radius, 0x1p-90);
    EXPECT_GE(taken->radius, 0x1p-120);
    EXPECT_EQ(Ends(1025, one - wide, one + narrow).Enclosed(), std::nullopt);
    EXPECT_EQ(Ends(1025, one - one * PowerOf2(-1000), one - one * PowerOf2(-1001)).Enclosed()->exponent, power - 1);
    // Rounding and digits do not take it.
    const Ends precise(1025, one - one * PowerOf2(-1000), one + one * PowerOf2(-1000));
    EXPECT_EQ(precise.Rounded(Format::f64), precise.Rounded(Format::f64, Below(one)));
    EXPECT_EQ(precise.Decimal(400), std::nullopt);
  }
  // Too wide for an enclosure, whatever the limit.
  const Ends wide(128, 1 - PowerOf2(-80), 1 + PowerOf2(-80));
  EXPECT_EQ(wide.Enclosed(Below(1)), std::nullopt);
  EXPECT_EQ(wide.Enclosed(Above(1)), std::nullopt);
}

TEST(DecideTest, AroundZero) {
  const Ends zero(128, 0, 0);
  EXPECT_EQ(zero.Enclosed()->kind, Kind::zero);
  EXPECT_EQ(zero.Rounded(Format::f32), 0);
  EXPECT_EQ(zero.Decimal(3), "0.00e+00");
  // The sign is not known: no enclosure, no digits, but the nearest value.
  const Ends around(128, -PowerOf2(-5000), PowerOf2(-6000));
  EXPECT_EQ(around.Enclosed(), std::nullopt);
  EXPECT_EQ(around.Decimal(3), std::nullopt);
  EXPECT_EQ(around.Decimal(3, Above(0)), std::nullopt);
  ASSERT_EQ(around.Rounded(Format::f64), 0);
  EXPECT_FALSE(std::signbit(*around.Rounded(Format::f64)));
  const Ends below(128, -PowerOf2(-5000), -PowerOf2(-6000));
  ASSERT_EQ(below.Rounded(Format::f64), 0);
  EXPECT_TRUE(std::signbit(*below.Rounded(Format::f64)));
  EXPECT_EQ(below.Enclosed(), std::nullopt);
  EXPECT_EQ(reference::ToFormat(Rational(0), Format::f16), 0);
  EXPECT_EQ(reference::ToDigits(Rational(0), 2), "0.0e+00");
  EXPECT_EQ(reference::ToEnclosure(Rational(0)).kind, Kind::zero);
  // Underflow in MPFR: from 0, or from below 2^-2^29, to something as small.
  reference::Interval<38> tiny = 1;
  mpfi_div_2ui(tiny.backend().data(), tiny.backend().data(), (1ul << 29) + 1);
  const mpfr_srcptr end = tiny.backend().left_data();
  MPFR_DECL_INIT(minus_end, 128);
  MPFR_DECL_INIT(minus_0, 128);
  mpfr_neg(minus_end, end, MPFR_RNDN);
  mpfr_set_zero(minus_0, -1);
  for (const bool negative : {false, true}) {
    const mpfr_srcptr low = negative ? minus_end : minus_0, high = negative ? minus_0 : end;
    const std::optional<Enclosure> enclosure = reference::ToEnclosure(low, high, nullptr);
    ASSERT_TRUE(enclosure);
    EXPECT_EQ(enclosure->negative, negative);
    EXPECT_EQ(enclosure->exponent, reference::kTinyExponent);
    EXPECT_EQ(std::signbit(*reference::ToFormat(low, high, nullptr, Format::f64)), negative);
    EXPECT_EQ(reference::ToDigits(low, high, nullptr, 3), negative ? ">-1e-161614248" : "<1e-161614248");
  }
  EXPECT_EQ(reference::ToEnclosure(minus_end, end, nullptr), std::nullopt);
  EXPECT_EQ(reference::ToDigits(minus_end, end, nullptr, 3), std::nullopt);
}

// Random rational numbers by way of their ends and exactly; those that are doubles by way of printf as well.
TEST(DecideTest, RationalNumbers) {
  std::mt19937_64 bits(8);
  for (int trial = 0; trial < 3000; ++trial) {
    Rational value(reference::Integer(bits()), reference::Integer(bits() | 1));
    value *= PowerOf2(static_cast<int>(bits() % 3000) - 1500);
    const Ends ends(300, value, value);
    const int digits = 1 + static_cast<int>(bits() % 30);
    for (const FormatInfo& info : kFormats) {
      ASSERT_EQ(ends.Rounded(info.format), reference::ToFormat(value, info.format)) << value;
    }
    ASSERT_EQ(ends.Decimal(digits), reference::ToDigits(value, digits)) << value;
    ASSERT_EQ(reference::ToDigits(-value, digits), "-" + reference::ToDigits(value, digits));
    const std::optional<Enclosure> inexact = ends.Enclosed();
    const Enclosure exact = reference::ToEnclosure(-value);
    ASSERT_TRUE(inexact);
    EXPECT_TRUE(exact.negative);
    ASSERT_EQ(inexact->exponent, exact.exponent);
    ASSERT_LE(std::abs((inexact->head - exact.head) + (inexact->tail - exact.tail)), 0x1p-100);

    const double number = std::ldexp(static_cast<double>(bits() >> 11), static_cast<int>(bits() % 2000) - 1060);
    const double short_number = std::ldexp(static_cast<double>(bits() % 1024), static_cast<int>(bits() % 40) - 30);
    for (const double x : {number, -number, short_number}) {
      char text[80];
      std::snprintf(text, sizeof text, "%.*e", digits - 1, x);
      ASSERT_EQ(reference::ToDigits(Rational(x), digits), text);
      for (const FormatInfo& info : kFormats) {
        ASSERT_EQ(reference::ToFormat(Rational(x), info.format), RoundToFormat(info.format, x));
      }
      const Enclosure enclosure = reference::ToEnclosure(Rational(x));
      ASSERT_EQ(enclosure.Approximate(), x);
      ASSERT_EQ(enclosure.radius, 0);
    }
  }
  // Beside a power of two by less than any end shows.
  EXPECT_EQ(reference::ToEnclosure(1 - PowerOf2(-3000)).exponent, -1);
  EXPECT_EQ(reference::ToEnclosure(1 + PowerOf2(-3000)).exponent, 0);
  EXPECT_EQ(reference::ToDigits(PowerOf2(5000), 5), "1.4125e+1505");
}

TEST(ReferenceSpecialTest, Rows) {
  for (const Values& x : {Values{kNaN, 1},
                          {1, 2, kInfinity},
                          {kInfinity, kInfinity},
                          {kInfinity, -kInfinity},
                          {-kInfinity},
                          {-kInfinity, -kInfinity, -kInfinity},
                          {kNaN}}) {
    EXPECT_THAT(Enclose(x), Each(Field(&Enclosure::kind, Kind::nan)));
    EXPECT_THAT(reference::EncloseSoftmaxIndependently(Softmax(x)), Each(Field(&Enclosure::kind, Kind::nan)));
    EXPECT_EQ(Enclose(x).size(), x.size());
    EXPECT_THAT(Round(Format::f32, x), Each(IsNan()));
    EXPECT_THAT(Digits(3, x), Each("nan"));
    EXPECT_THAT(Enclose(x)[0].Approximate(), IsNan());
  }
  EXPECT_TRUE(Enclose({}).empty());
  EXPECT_TRUE(Round(Format::f32, {}).empty());
  const Values masked = {-kInfinity, 3, -kInfinity};
  EXPECT_THAT(Round(Format::f32, masked), ElementsAre(0, 1, 0));
  EXPECT_FALSE(std::signbit(Round(Format::f32, masked)[0]));
  EXPECT_THAT(Digits(2, masked), ElementsAre("0.0e+00", "1.0e+00", "0.0e+00"));
  for (const auto& path : {reference::Enclose, reference::EncloseSoftmaxIndependently}) {
    const std::vector<Enclosure> exact = path(Softmax(masked));
    EXPECT_EQ(exact[0].kind, Kind::zero);
    EXPECT_FALSE(exact[0].negative);
    EXPECT_EQ(exact[1].Approximate(), 1);
    EXPECT_EQ(exact[1].radius, 0);
  }
}

TEST(ReferenceSpecialTest, RowsAreIndependent) {
  Row row = Softmax({1, 1, kNaN, 2, 0, -kInfinity});
  row.m = 3;
  for (const auto& path : {reference::Enclose, reference::EncloseSoftmaxIndependently}) {
    const std::vector<Enclosure> exact = path(row);
    ASSERT_EQ(exact.size(), 6u);
    EXPECT_EQ(exact[1].Approximate(), 0.5);
    EXPECT_EQ(exact[2].kind, Kind::nan);
    EXPECT_EQ(exact[3].kind, Kind::nan);
    EXPECT_EQ(exact[4].Approximate(), 1);
    EXPECT_EQ(exact[5].kind, Kind::zero);
  }
}

// A row of every operation, each operand and parameter made wrong in turn.
TEST(ReferenceRowTest, ChecksOperandsAndParameters) {
  const auto throws = [](const Row& row) {
    try {
      reference::CheckRow(row);
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return true;
    }
    return false;
  };
  for (const OperationInfo& info : kOperations) {
    SCOPED_TRACE(info.name);
    Row row{info.operation};
    row.m = 2;
    for (const Operand& operand : info.operands) row.d = operand.dims.find('d') != operand.dims.npos ? 5 : row.d;
    for (const Operand& operand : info.operands) {
      if (!operand.output) row[operand.role] = Values(operand.Extent({2, 3, row.d}, Reduction::none), 1);
    }
    // The logits or the saved results, where an operation takes one of the two.
    const bool takes_either = row.Has(Role::x) && row.Has(Role::y);
    if (takes_either) row.others.erase(Role::y);
    EXPECT_FALSE(throws(row));
    for (const Operand& operand : info.operands) {
      if (operand.output || !row.Has(operand.role)) continue;
      SCOPED_TRACE(Name(operand.role));
      Row other = row;
      other[operand.role].push_back(0);
      EXPECT_TRUE(throws(other));
      other = row;
      if (operand.role == Role::x) {
        other.x.clear();
      } else {
        other.others.erase(operand.role);
      }
      // Without any logits there is nothing to do, whatever else is missing.
      if (other.GetShape().n > 0) {
        EXPECT_NE(throws(other), operand.optional && !takes_either);
      }
      const Element element = Info(operand.role).element;
      for (const double bad : {0.5, -1.0, 256.0, kNaN, kInfinity}) {
        other = row;
        other[operand.role].back() = bad;
        const bool is_weight = operand.role == Role::weight && !(bad >= 0 && std::isfinite(bad));
        EXPECT_EQ(throws(other), element == Element::byte || element == Element::index || is_weight) << bad;
      }
      if (element != Element::index) continue;
      other = row;
      other[operand.role].back() = 3;
      EXPECT_TRUE(throws(other));
      other.parameters.ignore_index = 3;
      EXPECT_FALSE(throws(other));
      other[operand.role].back() = -100;
      EXPECT_TRUE(throws(other));
    }
    for (const double value : {0.0, -1.0, kInfinity, kNaN, 0x1p-1074, 0.99, 1.0, 4.0, 4.5, 0x1p1023}) {
      const std::tuple<Parameter, double Parameters::*, bool> cases[] = {
          {Parameter::scale, &Parameters::scale, value > 0 && value < kInfinity},
          {Parameter::temperature, &Parameters::temperature, value > 0 && value < kInfinity},
          {Parameter::alpha, &Parameters::alpha, value >= 1 && value <= 4},
          {Parameter::label_smoothing, &Parameters::label_smoothing, value >= 0 && value < 1}};
      for (const auto& [parameter, member, good] : cases) {
        Row other = row;
        other.parameters.*member = value;
        EXPECT_EQ(throws(other), info.parameters.Has(parameter) && !good) << Name(parameter) << " " << value;
      }
    }
    row.m = 0;
    EXPECT_TRUE(throws(row));
    row.m = 2;
    if (row.d > 0) {
      row.d = 0;
      EXPECT_TRUE(throws(row));
    }
  }
}

TEST(ReferenceParametersTest, ScaleAndTemperatureAreExact) {
  // Powers of two scale the logits without rounding.
  EXPECT_EQ(Round(Format::f64, {1, 2, 3.5}, {8, 2}), Round(Format::f64, {4, 8, 14}));
  // x / 3 and x * (1/3 rounded) are different rows.
  EXPECT_NE(Digits(30, {0, 100}, {1, 3}), Digits(30, {0, 100}, {1.0 / 3, 1}));
  EXPECT_EQ(Digits(30, {0, 1}, {1, 3}), Digits(30, {0, 2}, {1, 6}));
  // Products beyond the range of double are products all the same.
  EXPECT_EQ(Round(Format::f64, {1e300, -1e300}, {1e10, 1e10}), Round(Format::f64, {1, 0}, {1, 1e-300}));
  for (const double bad : {0.0, -1.0, kInfinity, kNaN}) {
    EXPECT_THROW(Enclose({1, 2}, {bad, 1}), std::invalid_argument);
    EXPECT_THROW(Enclose({1, 2}, {1, bad}), std::invalid_argument);
    EXPECT_THROW(reference::EncloseSoftmaxIndependently(Softmax({1}, {bad, 1})), std::invalid_argument);
  }
}

TEST(ReferenceDigitsTest, ExactDecimalsTerminate) {
  EXPECT_THAT(Digits(1, {4, 4}), Each("5e-01"));
  EXPECT_THAT(Digits(5, {4, 4}), Each("5.0000e-01"));
  EXPECT_THAT(Digits(3, {9}), Each("1.00e+00"));
  // 1/n as printf writes it: exact for powers of two, ties to even among them.
  for (int k = 0; k <= 12; ++k) {
    const Values x(std::size_t{1} << k, 0.5);
    for (int digits = 1; digits <= 40; ++digits) {
      char expected[80];
      std::snprintf(expected, sizeof expected, "%.*e", digits - 1, std::ldexp(1.0, -k));
      ASSERT_EQ(Digits(digits, x)[0], expected);
    }
  }
  // 1/40 = 0.025 is a decimal tie, and no binary number.
  EXPECT_THAT(Digits(1, Values(40, 1)), Each("2e-02"));
  EXPECT_THAT(Digits(2, Values(40, 1)), Each("2.5e-02"));
  // Strictly below 1/8 = 0.125, 1/40 and 1/10 by less than any precision shows.
  for (const auto& [maxima, digits, expected] :
       {std::tuple{8, 2, "1.2e-01"}, {8, 3, "1.25e-01"}, {40, 1, "2e-02"}, {10, 4, "1.000e-01"}}) {
    Values x(static_cast<std::size_t>(maxima), 0);
    x.push_back(-1e12);
    EXPECT_EQ(Digits(digits, x)[0], expected);
  }
}

TEST(ReferenceDigitsTest, ManyDigits) {
  EXPECT_EQ(Digits(1000, {1, 1, 1})[0], "3." + std::string(999, '3') + "e-01");
  // 1 / (1 + e), from mpmath.
  EXPECT_EQ(Digits(40, {0, 1})[0], "2.689414213699951207488407581781637256349e-01");
  EXPECT_EQ(Digits(6, {0, -1e3})[1], "5.07596e-435");
  EXPECT_EQ(Digits(3, {0, -20})[0], "1.00e+00");
  for (const int bad : {0, -5, reference::kMaxDigits + 1}) EXPECT_THROW(Digits(bad, {1}), std::invalid_argument);
  EXPECT_EQ(Digits(reference::kMaxDigits, {0, 1})[0].size(), static_cast<std::size_t>(reference::kMaxDigits) + 5);
}

// The fast arithmetic against MPFI at 333 bits: what MPFI encloses lies in the ball, and the ball is small. Ball counts
// its errors by hand, so this looks at each operation by itself, and at operands with errors.
template <class Real>
Real Binary(int operation, const Real& a, const Real& b) {
  Real result = a;
  switch (operation) {
    case 0:
      result += b;
      break;
    case 1:
      result -= b;
      break;
    case 2:
      result *= b;
      break;
    case 3:
      result /= b;
      break;
  }
  return result;
}

using Truth = reference::Interval<100>;

// The width of the ball relative to its lower end.
double ExpectContains(const Ball& ball, const Truth& truth) {
  const Ball::Ends ends(ball);
  EXPECT_LE(mpfr_cmp(ends.low(), truth.backend().left_data()), 0);
  EXPECT_GE(mpfr_cmp(ends.high(), truth.backend().right_data()), 0);
  const std::optional<int> sign = Sign(ball);
  if (sign) {
    EXPECT_EQ(sign, Sign(truth));
  }
  boost::multiprecision::mpfr_float_100 width;
  mpfr_sub(width.backend().data(), ends.high(), ends.low(), MPFR_RNDU);
  if (width == 0) return 0;
  mpfr_div(width.backend().data(), width.backend().data(), ends.low(), MPFR_RNDU);
  return std::abs(width.convert_to<double>());
}

TEST(BallTest, OperationsEnclose) {
  std::mt19937_64 bits(5);
  const auto number = [&] {
    const int digits = bits() % 3 == 0 ? 3 : 53;
    const double significand = std::ldexp(static_cast<double>((bits() >> 11) | 1), -53);
    const double rounded = std::ldexp(std::ceil(std::ldexp(significand, digits)), -digits);
    return (bits() % 2 == 0 ? -1 : 1) * std::ldexp(rounded, static_cast<int>(bits() % 300) - 150);
  };
  for (int trial = 0; trial < 200000; ++trial) {
    const double a = number(), b = number(), c = trial % 3 == 0 ? b : number(), d = trial % 5 == 0 ? a : number();
    const int first = static_cast<int>(bits() % 4), second = static_cast<int>(bits() % 4),
              third = static_cast<int>(bits() % 4);
    const auto formula = [&]<class Real>(std::type_identity<Real>) {
      return Binary(third, Binary(first, Real(a), Real(b)), Binary(second, Real(c), Real(d)));
    };
    if (third == 3 && second == 1 && c == d) continue;  // division by 0
    ExpectContains(formula(std::type_identity<Ball>()), formula(std::type_identity<Truth>()));
    const double width = ExpectContains(Binary(first, Ball(a), Ball(b)), Binary(first, Truth(a), Truth(b)));
    ASSERT_LE(width, 0x1p-125);
    ASSERT_FALSE(testing::Test::HasFailure())
        << std::hexfloat << a << " " << b << " " << c << " " << d << " " << first << second << third;
  }
}

TEST(BallTest, ExpEncloses) {
  std::mt19937_64 bits(6);
  const double ln2 = 0.693147180559945309;
  for (int trial = 0; trial < 200000; ++trial) {
    double x = std::ldexp(static_cast<double>(bits() >> 11), -53 - static_cast<int>(bits() % 140)) * 0x1p29;
    switch (trial % 4) {  // next to the places where the method changes its ways
      case 0:
        x = std::ldexp(static_cast<double>(bits() % 65536 + 1), -16);
        break;
      case 1:
        x = ln2 * static_cast<double>(bits() % (trial % 8 == 1 ? 1000 : 700000000) + 1);
        break;
      case 2:
        x = std::ldexp(1.0, static_cast<int>(bits() % 180) - 150);
        break;
    }
    if (bits() % 2 == 0) x = std::nextafter(x, bits() % 2 == 0 ? 0 : kInfinity);
    if (bits() % 2 == 0) x = -x;
    // exp(x) and, with an exponent that is not exact, exp(x / 3).
    const auto of_quotient = [&]<class Real>(std::type_identity<Real>) { return Exp(Binary(3, Real(x), Real(3.0))); };
    const double width = ExpectContains(Exp(Ball(x)), Exp(Truth(x)));
    ExpectContains(of_quotient(std::type_identity<Ball>()), of_quotient(std::type_identity<Truth>()));
    ASSERT_FALSE(testing::Test::HasFailure()) << std::hexfloat << x;
    if (std::abs(x) < 0x1p28) {
      ASSERT_LE(width, 0x1p-121) << std::hexfloat << x;
    }
  }
  EXPECT_EQ(ExpectContains(Exp(Ball()), Truth(1)), 0);
}

// [low, high], low <= high, as a ball and as an interval.
std::pair<Ball, Truth> Between(const Truth& low, const Truth& high) {
  Truth truth;
  mpfi_interv_fr(truth.backend().data(), low.backend().left_data(), high.backend().right_data());
  return {Ball(truth.backend().left_data(), truth.backend().right_data()), truth};
}

// Numbers of all sizes, exact or known to a few bits only, touching 0 or around it.
std::pair<Ball, Truth> AnyBall(std::mt19937_64& bits) {
  const int range = 1 << (1 + bits() % 10);
  const double x = (bits() % 2 == 0 ? -1 : 1) * std::ldexp(static_cast<double>(bits() >> 11), -53) *
                   std::ldexp(1.0, static_cast<int>(bits() % static_cast<std::uint64_t>(range)) - range / 2);
  Truth low = x, high = x;
  switch (bits() % 8) {
    case 0:
    case 1:
      return {Ball(x), Truth(x)};
    case 2:
      return {Ball(x) / Ball(3.0), Truth(x) / 3};
    case 3:
      high += std::abs(x * std::ldexp(1.0, -static_cast<int>(bits() % 130)));
      return Between(low, high);
    case 4:
      return Between(std::min(x, 0.0), std::max(x, 0.0));
    case 5:
      return Between(-std::abs(x), std::ldexp(std::abs(x), static_cast<int>(bits() % 9) - 4));
    case 6:
      high += std::abs(x * std::ldexp(1.0, -120 - static_cast<int>(bits() % 12)));
      return Between(low, high);
    default:
      return {Exp(Ball(-1e5 * std::abs(x))), Exp(Truth(-1e5 * std::abs(x)))};
  }
}

// Everything that balls can do, on any balls, and on what comes out.
TEST(BallTest, AllOperationsEncloseForWideBalls) {
  std::mt19937_64 bits(9);
  int wide = 0;
  for (int trial = 0; trial < 100000; ++trial) {
    auto [ball, truth] = AnyBall(bits);
    std::string formula;
    for (int step = 0; step < 5; ++step) {
      const auto [other_ball, other_truth] = AnyBall(bits);
      const auto operation = static_cast<int>(bits() % 9);
      formula += "+-*/elps-"[operation];
      switch (operation) {
        case 4:
          ball = Exp(ball);
          truth = Exp(truth);
          break;
        case 5:
          ball = Log(ball);
          truth = Log(truth);
          break;
        case 6:
          ball = Log1p(ball);
          truth = Log1p(truth);
          break;
        case 7:
          ball = Sqrt(ball);
          truth = Sqrt(truth);
          break;
        case 8:
          ball = -ball;
          truth = -truth;
          break;
        default:
          ball = Binary(operation, ball, other_ball);
          truth = Binary(operation, truth, other_truth);
      }
      if (mpfr_nan_p(truth.backend().left_data()) || mpfr_nan_p(truth.backend().right_data())) break;
      const double width = ExpectContains(ball, truth);
      ASSERT_FALSE(testing::Test::HasFailure()) << trial << " " << formula;
      wide += width > 0x1p-100;
      if (mpfr_inf_p(Ball::Ends(ball).low())) break;
    }
  }
  EXPECT_GT(wide, 50000);
}

// And they say something: for exact operands nearly all of the bits.
TEST(BallTest, FunctionsAreNarrow) {
  std::mt19937_64 bits(10);
  for (int trial = 0; trial < 20000; ++trial) {
    const double x = std::ldexp(static_cast<double>((bits() >> 11) | 1), -53 - static_cast<int>(bits() % 900));
    const Rational quotient(static_cast<long>(bits() >> 1), static_cast<long>((bits() >> 1) | 1));
    ASSERT_LE(ExpectContains(Log(Ball(x)), Log(Truth(x))), x < 0.5 ? 0x1p-124 : 1);
    ASSERT_LE(ExpectContains(Log(Ball(2 / x)), Log(Truth(2 / x))), 0x1p-124);
    ASSERT_LE(ExpectContains(Sqrt(Ball(x)), Sqrt(Truth(x))), 0x1p-124);
    ASSERT_LE(ExpectContains(Log1p(Ball(x)), Log1p(Truth(x))), 0x1p-124);
    ASSERT_LE(ExpectContains(Log1p(Ball(-x) / Ball(3.0)), Log1p(Truth(-x) / 3)), 0x1p-122);
    ASSERT_LE(ExpectContains(reference::FromRational<Ball>(-quotient), reference::FromRational<Truth>(-quotient)),
              0x1p-124);
  }
  EXPECT_EQ(Sign(Sqrt(Ball())), 0);
  EXPECT_EQ(Sign(Ball(3.0)), 1);
  EXPECT_EQ(Sign(Ball(-3.0)), -1);
  EXPECT_EQ(Sign(Ball(3.0) - Ball(3.0)), 0);
  EXPECT_EQ(Sign(Exp(Ball(-1e12))), std::nullopt);
  EXPECT_EQ(Sign(Between(-1, 1).first), std::nullopt);
  EXPECT_EQ(Sign(Truth(-3)), -1);
  EXPECT_EQ(Sign(Between(-1, 1).second), std::nullopt);
  EXPECT_EQ(Sign(Sqrt(Truth(-1))), std::nullopt);
  // What is below the range of MPFR keeps its sign.
  const Ball tiny = Exp(Ball(-5e8));
  const Ball::Ends ends(tiny * tiny * Ball(-3.0) / Ball(7.0));
  EXPECT_TRUE(mpfr_zero_p(ends.high()));
  EXPECT_LT(mpfr_sgn(ends.low()), 0);
}

// The functions of intervals at 128 bits against themselves at 333, and outside their domains.
TEST(IntervalTest, FunctionsEnclose) {
  using Narrow = reference::Interval<38>;
  std::mt19937_64 bits(12);
  const auto expect_contains = [](const Narrow& interval, const Truth& truth) {
    EXPECT_LE(mpfr_cmp(interval.backend().left_data(), truth.backend().left_data()), 0);
    EXPECT_GE(mpfr_cmp(interval.backend().right_data(), truth.backend().right_data()), 0);
    MPFR_DECL_INIT(end, 128);
    mpfr_set(end, interval.backend().left_data(), MPFR_RNDN);
    for (int i = 0; i < 4; ++i) mpfr_nextabove(end);
    EXPECT_GE(mpfr_cmp(end, interval.backend().right_data()), 0);
  };
  for (int trial = 0; trial < 5000; ++trial) {
    const double x = std::ldexp(static_cast<double>((bits() >> 11) | 1), -53 + static_cast<int>(bits() % 400) - 200);
    const Narrow narrow = Narrow(x);
    const Truth truth = x;
    expect_contains(Exp(narrow / (1 + narrow)), Exp(truth / (1 + truth)));
    expect_contains(Log(narrow), Log(truth));
    expect_contains(Log1p(narrow), Log1p(truth));
    expect_contains(Sqrt(narrow), Sqrt(truth));
    const Rational quotient(static_cast<long>(bits() >> 1), -static_cast<long>((bits() >> 1) | 1));
    expect_contains(reference::FromRational<Narrow>(quotient), reference::FromRational<Truth>(quotient));
    ASSERT_FALSE(testing::Test::HasFailure()) << std::hexfloat << x;
  }
  for (const Truth& everything : {Log(Truth(-1)), Log1p(Truth(-2)), Sqrt(Between(-1, 1).second)}) {
    EXPECT_TRUE(mpfr_inf_p(everything.backend().left_data()) && mpfr_inf_p(everything.backend().right_data()));
  }
  EXPECT_EQ(Sign(Sqrt(Truth(0))), 0);
}

TEST(ReferenceThreadsTest, AnswersAreTheSameFromEveryThread) {
  std::mt19937_64 bits(3);
  std::vector<Row> rows;
  for (int i = 0; i < 200; ++i) rows.push_back(RandomRow(Format::f64, bits));
  const auto digits_of_all = [&] {
    std::string text;
    for (const Row& row : rows) {
      for (const std::string& digits : reference::Digits(row, 50)) text += digits + " ";
    }
    return text;
  };
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::string& text : texts) threads.emplace_back([&] { text = digits_of_all(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(texts, Each(digits_of_all()));
}

// The result lies nearer to a tie than any precision shows, on the side that the sum of the others puts it; a row of one
// element is the tie itself.
TEST(Reference, LogarithmsBesideATie) {
  const double x = 0x1.000006p+0;  // times 1.5: 0x1.800009p+0
  const auto round = [](Operation operation, const Values& logits) {
    return reference::Round({operation, Format::f32, logits, {.scale = 1.5}});
  };
  EXPECT_EQ(round(Operation::logsumexp, {x}), Values{0x1.800008p+0});
  EXPECT_EQ(round(Operation::logsumexp, {x, -1e30}), Values{0x1.80000ap+0});
  EXPECT_EQ(round(Operation::logsumexp, {-x, -1e30}), Values{-0x1.800008p+0});
  EXPECT_EQ(round(Operation::log_softmax, {x * 0x1p+90, 0})[1], -0x1.80000ap+90);
  EXPECT_EQ(round(Operation::log_softmax, {x * 0x1p+90, 0})[0], 0);
  EXPECT_EQ(reference::Digits({Operation::logsumexp, Format::f64, {2.5, -1e30}}, 1), std::vector<std::string>{"3e+00"});
  EXPECT_EQ(reference::Digits({Operation::logsumexp, Format::f64, {2.5}}, 1), std::vector<std::string>{"2e+00"});
}

TEST(Reference, LogarithmsOfSpecialRows) {
  const auto round = [](Operation operation, const Values& x) {
    return reference::Round({operation, Format::f64, x});
  };
  EXPECT_THAT(round(Operation::log_softmax, {0, -kInfinity}), ElementsAre(0, -kInfinity));
  EXPECT_THAT(round(Operation::log_softmax, {0, kNaN}), Each(IsNan()));
  EXPECT_THAT(round(Operation::log_softmax, {0, kInfinity}), Each(IsNan()));
  EXPECT_THAT(round(Operation::log_softmax, {-kInfinity, -kInfinity}), Each(IsNan()));
  EXPECT_EQ(round(Operation::logsumexp, {-1.5, -kInfinity}), Values{-1.5});
  EXPECT_THAT(round(Operation::logsumexp, {0, kNaN}), ElementsAre(IsNan()));
  EXPECT_THAT(round(Operation::logsumexp, {0, kInfinity}), ElementsAre(IsNan()));
  EXPECT_THAT(round(Operation::logsumexp, {-kInfinity}), ElementsAre(IsNan()));
}

// Roots that are rational: ties, and elements exactly at the threshold.
TEST(Reference, RationalThresholds) {
  const auto round = [](Format format, const Values& x, const Parameters& parameters) {
    return reference::Round({Operation::entmax, format, x, parameters});
  };
  EXPECT_THAT(round(Format::f16, {0x1p-12, 0}, {.alpha = 3}), ElementsAre(0.5, 0.5 - 0x1p-12));
  EXPECT_THAT(round(Format::f32, {0, -0x1p-3, -0x1.9p-3}, {.alpha = 3}), ElementsAre(0.625, 0.375, 0));
  EXPECT_THAT(round(Format::bf16, {-0x1.ap-2, 0}, {.temperature = 3, .alpha = 4}), ElementsAre(0.25, 0.75));
  EXPECT_THAT(round(Format::f64, {0, -0x1.5555555555556p-2}, {.alpha = 4}), ElementsAre(1, 0));
  Values ties(17, 0);
  ties[5] = -2;
  Values expected(17, 0x1p-4);
  expected[5] = 0;
  EXPECT_EQ(round(Format::f32, ties, {.alpha = 1.25}), expected);
}

// The nearer alpha is to 1, the less all but the digits of the threshold says.
TEST(Reference, AlphaNextTo1IsNextToSoftmax) {
  const Values x = {1, 1.5, -1, 1.5}, softmax = Round(Format::f64, x);
  for (const int bits : {20, 40, 52}) {
    const Row row{Operation::entmax, Format::f64, x, {.alpha = 1 + std::ldexp(1.0, -bits)}};
    const Values y = reference::Round(row);
    const std::vector<Enclosure> exact = reference::Enclose(row);
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(y[i], softmax[i], std::ldexp(4.0, -bits));
      EXPECT_LE(exact[i].radius, 0x1p-90);
    }
  }
}

// The mean of dy is irrational, and yet one result is rational: a tie.
TEST(Reference, RationalGradientsOfIrrationalMeans) {
  const auto round = [](Operation operation, const Values& y, const Values& dy, double alpha) {
    return reference::Round(
        {operation, Format::f32, {}, {.alpha = alpha}, {{Role::y, y}, {Role::dy, dy}}});
  };
  const Values dy = {-1 - 0x1p-22, 1 + 0x1p-23, -1 - 0x1p-22};
  EXPECT_EQ(round(Operation::entmax15_backward, {1, 0.5, 0.5}, dy, 1.5)[1], 1 + 0x1p-22);
  EXPECT_EQ(round(Operation::entmax_backward, {1, 0.5, 0.5}, dy, 1.5)[1], 1 + 0x1p-22);
}

}  // namespace
}  // namespace softmax_verify
