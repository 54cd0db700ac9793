// include/softmax_verify/format.h: exhaustive over the 16-bit formats, against the compiler's conversions for f32.
#include "softmax_verify/format.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace softmax_verify {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(FormatTest, ConstantsAreThoseOfTheTypes) {
  EXPECT_EQ(Largest(Format::f32), FLT_MAX);
  EXPECT_EQ(SmallestNormal(Format::f32), FLT_MIN);
  EXPECT_EQ(SmallestSubnormal(Format::f32), FLT_TRUE_MIN);
  EXPECT_EQ(UnitRoundoff(Format::f32), FLT_EPSILON / 2);
  EXPECT_EQ(Largest(Format::f64), DBL_MAX);
  EXPECT_EQ(SmallestNormal(Format::f64), DBL_MIN);
  EXPECT_EQ(SmallestSubnormal(Format::f64), DBL_TRUE_MIN);
  EXPECT_EQ(UnitRoundoff(Format::f64), DBL_EPSILON / 2);
  EXPECT_EQ(Largest(Format::f16), 65504);
  EXPECT_EQ(SmallestNormal(Format::f16), 0x1p-14);
  EXPECT_EQ(SmallestSubnormal(Format::f16), 0x1p-24);
  EXPECT_EQ(Largest(Format::bf16), 0x1.fep127);
  EXPECT_EQ(SmallestSubnormal(Format::bf16), 0x1p-133);
  EXPECT_EQ(UlpExponent(Format::f32, 0), -23);
  EXPECT_EQ(UlpExponent(Format::f32, -500), -149);
  for (const FormatInfo& info : kFormats) EXPECT_EQ(ParseFormat(info.name), info.format);
  EXPECT_EQ(ParseFormat("f8"), std::nullopt);
}

TEST(FormatTest, DecodesKnownHalves) {
  EXPECT_EQ(Decode(Format::f16, 0x3C00), 1);
  EXPECT_EQ(Decode(Format::f16, 0xC000), -2);
  EXPECT_EQ(Decode(Format::f16, 0x7BFF), 65504);
  EXPECT_EQ(Decode(Format::f16, 0x0001), 0x1p-24);
  EXPECT_EQ(Decode(Format::f16, 0x03FF), 1023 * 0x1p-24);
  EXPECT_EQ(Decode(Format::f16, 0x0400), 0x1p-14);
  EXPECT_EQ(Decode(Format::f16, 0x3555), 0.333251953125);
  EXPECT_EQ(Decode(Format::f16, 0xFC00), -kInfinity);
  EXPECT_TRUE(std::isnan(Decode(Format::f16, 0x7C01)));
  EXPECT_TRUE(std::signbit(Decode(Format::f16, 0x8000)));
}

TEST(FormatTest, Bf16IsTheUpperHalfOfAFloat) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const double value = Decode(Format::bf16, bits);
    const float as_float = std::bit_cast<float>(bits << 16);
    if (std::isnan(as_float)) {
      ASSERT_TRUE(std::isnan(value));
    } else {
      ASSERT_EQ(value, as_float);
      ASSERT_EQ(std::signbit(value), std::signbit(as_float));
    }
  }
}

class NarrowFormatTest : public testing::TestWithParam<Format> {};

TEST_P(NarrowFormatTest, EveryBitPatternReturns) {
  const Format format = GetParam();
  const FormatInfo& info = Info(format);
  for (std::uint64_t bits = 0; bits < 0x10000; ++bits) {
    const double value = Decode(format, bits);
    ASSERT_TRUE(IsRepresentable(format, value));
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(Decode(format, Encode(format, value))));
    } else {
      ASSERT_EQ(Encode(format, value), bits);
    }
    std::uint64_t buffer = ~std::uint64_t{0};
    Store(format, &buffer, 1, value);
    ASSERT_EQ(buffer >> 32, 0xFFFFFFFFu);
    ASSERT_EQ(buffer & 0xFFFFu, 0xFFFFu);
    if (!std::isnan(value)) {
      ASSERT_EQ(Load(format, &buffer, 1), value);
    }
  }
  EXPECT_EQ(Encode(format, std::numeric_limits<double>::quiet_NaN()) & 0x7FFF,
            (std::uint64_t(2 * info.emax + 1) << (info.p - 1)) | (1u << (info.p - 2)));
}

// All pairs of neighbours: the values between them go to the nearer one, the midpoint to the even one.
TEST_P(NarrowFormatTest, EveryGapIsRoundedToNearestEven) {
  const Format format = GetParam();
  const std::uint64_t infinity_bits = Encode(format, kInfinity);
  for (std::uint64_t bits = 0; bits < infinity_bits; ++bits) {
    const double low = Decode(format, bits);
    const double high = Decode(format, bits + 1);
    // Beyond the largest value the next one would be 2^(emax + 1).
    const double next = std::isinf(high) ? std::ldexp(1.0, Info(format).emax + 1) : high;
    const double middle = low + (next - low) / 2;
    for (const double sign : {1.0, -1.0}) {
      ASSERT_EQ(RoundToFormat(format, sign * middle), sign * (bits % 2 == 0 ? low : high));
      ASSERT_EQ(RoundToFormat(format, sign * std::nextafter(middle, 0)), sign * low);
      ASSERT_EQ(RoundToFormat(format, sign * std::nextafter(middle, kInfinity)), sign * high);
      ASSERT_EQ(RoundToFormat(format, sign * std::nextafter(low, kInfinity)), sign * low);
      ASSERT_EQ(RoundToFormat(format, sign * std::nextafter(next, 0)), sign * high);
      ASSERT_FALSE(IsRepresentable(format, sign * middle));
    }
    ASSERT_EQ(NextUp(format, low), high);
    ASSERT_EQ(NextDown(format, -low), -high);
    if (!std::isinf(high)) {
      ASSERT_EQ(NextDown(format, high), low);
      ASSERT_EQ(NextUp(format, -high), -low);
    }
  }
  ASSERT_TRUE(std::signbit(RoundToFormat(format, -DBL_TRUE_MIN)));
  ASSERT_EQ(RoundToFormat(format, DBL_MAX), kInfinity);
}

INSTANTIATE_TEST_SUITE_P(SixteenBits, NarrowFormatTest, testing::Values(Format::f16, Format::bf16),
                         [](const auto& info) { return std::string(Name(info.param)); });

TEST(FormatTest, F32IsTheCompilersFloat) {
  std::mt19937_64 random(11);
  const auto expect_same = [](double value) {
    const auto as_float = static_cast<float>(value);
    ASSERT_EQ(RoundToFormat(Format::f32, value), as_float) << std::hexfloat << value;
    ASSERT_EQ(Encode(Format::f32, value), std::bit_cast<std::uint32_t>(as_float)) << std::hexfloat << value;
    ASSERT_EQ(IsRepresentable(Format::f32, value), value == as_float);
  };
  for (int trial = 0; trial < 1000000; ++trial) {
    const auto bits = static_cast<std::uint32_t>(random());
    const auto low = std::bit_cast<float>(bits);
    if (!std::isfinite(low)) continue;
    ASSERT_EQ(Decode(Format::f32, bits), low);
    const float high = std::nextafter(low, std::numeric_limits<float>::infinity());
    ASSERT_EQ(NextUp(Format::f32, low), high);
    if (std::isinf(high)) continue;
    const double middle = (static_cast<double>(low) + high) / 2;
    expect_same(low);
    expect_same(middle);
    expect_same(std::nextafter(middle, -kInfinity));
    expect_same(std::nextafter(middle, kInfinity));
    const auto any = std::bit_cast<double>(random());
    expect_same(std::isnan(any) ? kInfinity : any);
  }
  for (const double value : {0.0, -0.0, kInfinity, -kInfinity, 0x1.ffffffp127, 0x1.fffffefffffffp127, 0x1p-150,
                             0x1.8p-150, 0x1.fffffcp-127, 0x1.ffffffp-127, DBL_MAX, -DBL_TRUE_MIN}) {
    expect_same(value);
  }
  EXPECT_EQ(Encode(Format::f32, std::numeric_limits<double>::quiet_NaN()), 0x7FC00000u);
}

TEST(FormatTest, F64IsItself) {
  for (const double value : {0.0, -0.0, 1.0 / 3, DBL_MAX, -DBL_TRUE_MIN, kInfinity}) {
    EXPECT_EQ(RoundToFormat(Format::f64, value), value);
    EXPECT_EQ(Encode(Format::f64, value), std::bit_cast<std::uint64_t>(value));
    EXPECT_EQ(Decode(Format::f64, Encode(Format::f64, value)), value);
  }
}

}  // namespace
}  // namespace softmax_verify
