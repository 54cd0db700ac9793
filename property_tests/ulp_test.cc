// verify/ulp.h: the table of docs/ulp.md row by row, then random values against wide arithmetic and against the
// reference.
#include "verify/ulp.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <ostream>
#include <random>
#include <vector>

#include "reference/reference.h"

namespace softmax_verify {
namespace {

using reference::Enclosure;
using Kind = Enclosure::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// significand * 2^exponent exactly, or NaN, 0, an infinity.
Enclosure Exactly(double significand, long exponent = 0) {
  const bool negative = std::signbit(significand);
  if (std::isnan(significand)) return {};
  if (significand == 0) return {Kind::zero, false, 0, 0, 0, 0};
  if (std::isinf(significand)) return {Kind::infinite, negative, 0, 0, 0, 0};
  const int shift = std::ilogb(significand);
  return {Kind::finite, negative, exponent + shift, std::ldexp(std::abs(significand), -shift), 0, 0};
}

struct Boundary {
  const char* name;
  Format format;
  Enclosure exact;
  double got;
  double error;
  bool correct;
  bool faithful;
};

void PrintTo(const Boundary& boundary, std::ostream* out) { *out << boundary.name; }

const Boundary kBoundaries[] = {
    {"BelowPowerOfTwo", Format::f32, Exactly(1 - 0x1p-26), 1 + 0x1p-23, 2.25, false, false},
    {"PowerOfTwoBelow", Format::f32, Exactly(1), 1 - 0x1p-24, 0.5, false, false},
    {"PowerOfTwoAbove", Format::f32, Exactly(1), 1 + 0x1p-23, 1, false, false},
    {"SmallestNormal", Format::f32, Exactly(1, -126), 0x1p-126 - 0x1p-149, 1, false, false},
    {"TieBelowSmallestNormal", Format::f32, Exactly(0x1p-126 - 0x1p-150), 0x1p-126, 0.5, true, true},
    {"QuarterOfSmallestSubnormalTo0", Format::f32, Exactly(1, -151), 0, 0.25, true, true},
    {"QuarterOfSmallestSubnormalUp", Format::f32, Exactly(1, -151), 0x1p-149, 0.75, false, true},
    {"HalfOfSmallestSubnormalTo0", Format::f32, Exactly(1, -150), 0, 0.5, true, true},
    {"HalfOfSmallestSubnormalUp", Format::f32, Exactly(1, -150), 0x1p-149, 0.5, false, true},
    {"TinyTo0", Format::f32, Exactly(1, -5000), 0, 0, true, true},
    {"TinyUp", Format::f32, Exactly(1, -5000), 0x1p-149, 1, false, true},
    {"Flushed", Format::f32, Exactly(0.75), 0, 12582912, false, false},
    {"BelowOverflowFinite", Format::f16, Exactly(65519.76), 65504, (65519.76 - 65504) / 32, true, true},
    {"BelowOverflowInfinite", Format::f16, Exactly(65519.76), kInfinity, (65536 - 65519.76) / 32, false, true},
    {"OverflowTie", Format::f16, Exactly(65520), kInfinity, 0.5, true, true},
    {"AboveOverflowFinite", Format::f16, Exactly(65525), 65504, 0.65625, false, true},
    {"AboveOverflowInfinite", Format::f16, Exactly(65525), kInfinity, 0.34375, true, true},
    {"BeyondInfinite", Format::f16, Exactly(70000), kInfinity, 0, true, true},
    {"BeyondFinite", Format::f16, Exactly(70000), 65504, 1, false, false},
    {"InfiniteFor1", Format::f16, Exactly(1), kInfinity, 67107840, false, false},
    {"InfiniteFor2To1023", Format::f64, Exactly(0x1p1023), kInfinity, 4503599627370496, false, false},
    {"Zero", Format::f32, Exactly(0), 0, 0, true, true},
    {"NegativeZero", Format::f32, Exactly(0), -0.0, 0, true, true},
    {"ZeroUp", Format::f32, Exactly(0), 0x1p-149, 1, false, false},
    {"Negative", Format::f32, Exactly(-1.5), -1.5 - 0x1p-23, 1, false, false},
    {"NaN", Format::f32, Exactly(kNaN), kNaN, 0, true, true},
    {"NumberForNaN", Format::f32, Exactly(kNaN), 0, kInfinity, false, false},
    {"NaNForNumber", Format::f32, Exactly(0.5), kNaN, kInfinity, false, false},
    {"Infinity", Format::f32, Exactly(-kInfinity), -kInfinity, 0, true, true},
    {"NumberForInfinity", Format::f32, Exactly(-kInfinity), -0x1p127, kInfinity, false, false},
};

class UlpBoundaryTest : public testing::TestWithParam<Boundary> {};

TEST_P(UlpBoundaryTest, IsAsDocumented) {
  const Boundary& row = GetParam();
  const UlpError error = MeasureUlp(row.format, row.got, row.exact);
  EXPECT_LE(error.low, row.error);
  EXPECT_GE(error.high, row.error);
  if (std::isfinite(row.error)) {
    EXPECT_LE(error.high - error.low, std::max(0.001, 0x1p-49 * row.error));
  }
  const Rounding rounding = JudgeRounding(row.format, row.got, row.exact);
  EXPECT_EQ(rounding.correct, row.correct);
  EXPECT_EQ(rounding.faithful, row.faithful);
}

INSTANTIATE_TEST_SUITE_P(DocsUlp, UlpBoundaryTest, testing::ValuesIn(kBoundaries),
                         [](const auto& info) { return info.param.name; });

TEST(UlpTest, RoundingIsOpenNextToAMidpointOnly) {
  const auto near_half = [](double tail) {
    return reference::Enclosure{reference::Enclosure::Kind::finite, false, 0, 1.5, tail, 0x1p-90};
  };
  const double half = 0x1p-53;  // of the unit of 1.5 in f64
  EXPECT_TRUE(JudgeRounding(Format::f64, 1.5, near_half(half)).open);
  EXPECT_TRUE(JudgeRounding(Format::f64, 1.5 + 2 * half, near_half(half)).open);
  EXPECT_FALSE(JudgeRounding(Format::f64, 1.5 + 4 * half, near_half(half)).open);
  const Rounding below = JudgeRounding(Format::f64, 1.5, near_half(half * (1 - 0x1p-30)));
  EXPECT_TRUE(below.correct && !below.open);
  const Rounding above = JudgeRounding(Format::f64, 1.5, near_half(half * (1 + 0x1p-30)));
  EXPECT_TRUE(!above.correct && !above.open);
}

TEST(UlpTest, SignedErrorPointsFromTheExactValue) {
  EXPECT_DOUBLE_EQ(MeasureUlp(Format::f32, -1.5 - 0x1p-23, Exactly(-1.5)).signed_error, -1);
  EXPECT_DOUBLE_EQ(MeasureUlp(Format::f32, -1.5 + 0x1p-23, Exactly(-1.5)).signed_error, 1);
  EXPECT_DOUBLE_EQ(MeasureUlp(Format::f32, 1.5 - 0x1p-23, Exactly(1.5)).signed_error, -1);
}

TEST(UlpTest, RadiusWidensTheError) {
  Enclosure exact = Exactly(1.25);
  exact.radius = 0x1p-30;  // 2^-7 ulp of f32
  const UlpError error = MeasureUlp(Format::f32, 1.25 + 0x1p-23, exact);
  EXPECT_LE(error.low, 1 - 0x1p-7);
  EXPECT_GE(error.high, 1 + 0x1p-7);
  // A midpoint within the radius: no verdict on rounding.
  Enclosure near_tie = Exactly(1.25 + 0x1p-24 - 0x1p-40);
  near_tie.radius = 0x1p-39;
  EXPECT_FALSE(JudgeRounding(Format::f32, 1.25, near_tie).correct);
  EXPECT_FALSE(JudgeRounding(Format::f32, 1.25 + 0x1p-23, near_tie).correct);
  EXPECT_TRUE(JudgeRounding(Format::f32, 1.25, near_tie).faithful);
  EXPECT_TRUE(JudgeRounding(Format::f32, 1.25 + 0x1p-23, near_tie).faithful);
}

TEST(UlpTest, JustBelowOneBothNeighboursAreFaithful) {
  // 1 - e^-200, as the enclosure of a result whose exponent is known and whose distance from 1 is within the radius.
  const std::vector<double> x = {0, -200};
  const Enclosure exact = reference::Enclose(Row{Operation::softmax, Format::f64, x})[0];
  ASSERT_EQ(exact.exponent, -1);
  for (const FormatInfo& info : kFormats) {
    EXPECT_TRUE(JudgeRounding(info.format, 1, exact).correct);
    EXPECT_TRUE(JudgeRounding(info.format, NextDown(info.format, 1), exact).faithful);
    EXPECT_FALSE(JudgeRounding(info.format, NextDown(info.format, 1), exact).correct);
    EXPECT_FALSE(JudgeRounding(info.format, NextUp(info.format, 1), exact).faithful);
  }
}

// Any value of the format, for any enclosure: the certified interval contains the error that 300-bit arithmetic finds,
// and is as narrow as promised.
TEST(UlpTest, IsCertain) {
  using Wide = boost::multiprecision::number<
      boost::multiprecision::cpp_bin_float<300, boost::multiprecision::digit_base_2, void, std::int32_t>,
      boost::multiprecision::et_off>;
  std::mt19937_64 bits(7);
  const auto unit = [&] { return std::ldexp(static_cast<double>(bits() >> 11), -53); };
  for (const FormatInfo& info : kFormats) {
    const Format format = info.format;
    const int lowest = info.emin - info.p - 3;
    for (int trial = 0; trial < 200000; ++trial) {
      Enclosure exact{Kind::finite, bits() % 2 == 0, 0, 1 + unit(), 0, 0};
      if (bits() % 4 == 0) exact.head = 1 + std::ldexp(unit(), -info.p);  // near a power of two
      if (bits() % 4 == 0) exact.head = 2 - std::ldexp(unit(), -info.p);
      if (bits() % 2 == 0) exact.tail = std::ldexp(unit() - 0.5, -53);
      if (exact.head == 1) exact.tail = std::abs(exact.tail);
      if (exact.head == 2) exact.tail = -0x1p-60;
      if (bits() % 2 == 0) exact.radius = std::ldexp(unit(), -90);
      exact.exponent = lowest + static_cast<long>(bits() % static_cast<std::uint64_t>(info.emax - lowest + 1));
      double got = exact.Approximate() * (bits() % 2 == 0 ? 1 : 1 + std::ldexp(unit() - 0.5, -1 - int(bits() % 53)));
      got = RoundToFormat(format, bits() % 64 == 0 ? std::ldexp(unit(), exact.exponent % 40) : got);
      for (int steps = static_cast<int>(bits() % 3); steps > 0 && std::isfinite(got); --steps)
        got = NextUp(format, got);
      if (!std::isfinite(got)) continue;

      const Wide value =
          ldexp((exact.negative ? -1 : 1) * (Wide(exact.head) + exact.tail), static_cast<int>(exact.exponent));
      const Wide unit_in_last_place = ldexp(Wide(1), static_cast<int>(UlpExponent(format, exact.exponent)));
      const Wide truth = (Wide(got) - value) / unit_in_last_place;
      const Wide radius = ldexp(Wide(exact.radius), static_cast<int>(exact.exponent)) / unit_in_last_place;
      const UlpError error = MeasureUlp(format, got, exact);
      const Wide size = abs(truth);
      if (size > 1e300) continue;
      const Wide nearest = size > radius ? Wide(size - radius) : Wide(0);
      const Wide farthest = size + radius;
      ASSERT_LE(error.low, nearest) << got << " " << exact.Approximate();
      ASSERT_GE(error.high, farthest) << got << " " << exact.Approximate();
      ASSERT_LE(error.high - error.low, std::max(0.001, 0x1p-49 * error.high));
      ASSERT_LE(abs(Wide(error.signed_error) - truth), error.high - error.low);
      // Correct rounding by its definition, where the radius leaves no doubt.
      const Rounding rounding = JudgeRounding(format, got, exact);
      const auto number = [&](double v) {
        return std::isinf(v) ? Wide(ldexp(Wide(v > 0 ? 1 : -1), info.emax + 1)) : Wide(v);
      };
      const Wide above = number(NextUp(format, got)), below = number(NextDown(format, got));
      const Wide up = abs(above - value), down = abs(below - value);
      const Wide own = abs(Wide(got) - value), least = up < down ? up : down;
      const Wide doubt = 4 * radius * unit_in_last_place;
      if (own + doubt < least) {
        ASSERT_TRUE(rounding.correct) << std::hexfloat << got << " " << exact.head;
      }
      if (own > least + doubt) {
        ASSERT_FALSE(rounding.correct) << std::hexfloat << got << " " << exact.head;
      }
      const bool around = below < value && value < above;
      if (!around) {
        ASSERT_FALSE(rounding.faithful && exact.radius == 0) << std::hexfloat << got << " " << exact.head;
      }
      if (around && up > doubt && down > doubt) {
        ASSERT_TRUE(rounding.faithful) << std::hexfloat << got;
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
