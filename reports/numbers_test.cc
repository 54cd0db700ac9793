#include "reports/numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "verify/random.h"

namespace softmax_verify {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(NumbersTest, HexFloatsAreMinimal) {
  EXPECT_EQ(HexFloat(0.75), "0x1.8p-1");
  EXPECT_EQ(HexFloat(1), "0x1p+0");
  EXPECT_EQ(HexFloat(-0.0), "-0x0p+0");
  EXPECT_EQ(HexFloat(-kInf), "-inf");
  EXPECT_EQ(HexFloat(std::nan("")), "nan");
  EXPECT_EQ(HexFloat(0x1.fffffffffffffp+1023), "0x1.fffffffffffffp+1023");
  EXPECT_EQ(HexFloat(0x1p-1074), "0x1p-1074");
  EXPECT_EQ(HexFloat(-0x1.8p-1073), "-0x1.8p-1073");
  EXPECT_EQ(HexRow(std::vector<double>{1, -kInf, 0.5}), "0x1p+0,-inf,0x1p-1");
}

TEST(NumbersTest, HexFloatsReadBack) {
  Random random(1, HashOf("hex"));
  for (int i = 0; i < 10000; ++i) {
    const double value = std::bit_cast<double>(random.Bits());
    if (std::isnan(value)) continue;
    EXPECT_EQ(std::strtod(HexFloat(value).c_str(), nullptr), value);
  }
}

TEST(NumbersTest, ExactValuesShowFourDigitsMoreThanTheFormat) {
  const auto exact = [](double head, double tail, long exponent) {
    reference::Enclosure enclosure;
    enclosure.kind = reference::Enclosure::Kind::finite;
    enclosure.head = head;
    enclosure.tail = tail;
    enclosure.exponent = exponent;
    return enclosure;
  };
  EXPECT_EQ(HexExact(Format::bf16, exact(0x1.23456789abcdep+0, 0, -3)), "0x1.234567p-3");
  EXPECT_EQ(HexExact(Format::f32, exact(0x1.23456789abcdep+0, 0, 4)), "0x1.23456789abp+4");
  EXPECT_EQ(HexExact(Format::f64, exact(0x1.23456789abcdep+0, 0x1.8p-56, 0)), "0x1.23456789abcde18p+0");
  // A negative tail borrows.
  EXPECT_EQ(HexExact(Format::f64, exact(0x1.23456789abcdep+0, -0x1p-56, 0)), "0x1.23456789abcddfp+0");
  EXPECT_EQ(HexExact(Format::f64, exact(1, 0x1p-100, -1)), "0x1p-1");
  EXPECT_EQ(HexExact(Format::f64, exact(2, -0x1p-60, 0)), "0x1.fffffffffffffffp+0");
}

TEST(NumbersTest, ReadsDecimalAndHex) {
  EXPECT_EQ(ParseNumber(Format::f64, "0.1"), 0.1);
  EXPECT_EQ(ParseNumber(Format::f32, "0.1"), 0.1f);
  EXPECT_EQ(ParseNumber(Format::f32, "-0x1.8p-1"), -0.75);
  EXPECT_EQ(ParseNumber(Format::f32, "+.5e1"), 5);
  EXPECT_EQ(ParseNumber(Format::f32, "-inf"), -kInf);
  EXPECT_TRUE(std::isnan(*ParseNumber(Format::f32, "nan")));
  EXPECT_EQ(ParseNumber(Format::f16, "65519.99"), 65504);
  EXPECT_EQ(ParseNumber(Format::f16, "65520"), kInf);
}

TEST(NumbersTest, WhatIsNoNumberIsNothing) {
  for (const char* text : {"", "x", "1x", "--1", "0x", "1e", " 1", "1 ", "infinity", "nan(1)", "1,5", "+-1"}) {
    EXPECT_EQ(ParseNumber(Format::f32, text), std::nullopt) << text;
  }
}

// Rounding to double first and to the format then gives the other neighbour for each of these.
TEST(NumbersTest, DecimalsAreRoundedOnce) {
  EXPECT_EQ(ParseNumber(Format::f32, "1.00000005960464477539062500000000000001"), 0x1.000002p+0);
  EXPECT_EQ(ParseNumber(Format::f32, "1.000000059604644775390625"), 1);
  EXPECT_EQ(ParseNumber(Format::bf16, "1.00390625000000000000000000001"), 0x1.02p+0);
  EXPECT_EQ(ParseNumber(Format::f16, "-1.00048828125000000000000000001"), -0x1.004p+0);
  EXPECT_EQ(ParseNumber(Format::f16, "1.00146484374999999999999999999"), 0x1.004p+0);
  EXPECT_EQ(ParseNumber(Format::f16, "0x1.00600000000000000000000001p+0"), 0x1.008p+0);
}

TEST(NumbersTest, ShortestDecimalsReadBack) {
  EXPECT_EQ(ShortestDecimal(Format::f32, 0.5), "0.5");
  EXPECT_EQ(ShortestDecimal(Format::f32, 0.1f), "0.1");
  EXPECT_EQ(ShortestDecimal(Format::bf16, 0x1.9ap-4), "0.1");
  EXPECT_EQ(ShortestDecimal(Format::f64, 0.1), "0.1");
  EXPECT_EQ(ShortestDecimal(Format::f16, 0x1p-24), "6e-08");
  for (const FormatInfo& info : kFormats) {
    Random random(1, HashOf(info.name));
    for (int i = 0; i < 2000; ++i) {
      const double value = Decode(info.format, random.Bits());
      if (!std::isfinite(value)) continue;
      const std::string text = ShortestDecimal(info.format, value);
      EXPECT_EQ(ParseNumber(info.format, text), value) << text;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
