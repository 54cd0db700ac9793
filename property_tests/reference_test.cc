// reference/: two independent paths to the same numbers, roundings next to ties, exact cases, special rows, decimals.
#include "reference/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <vector>

#include "reference/interval.h"
#include "verify/case.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

using reference::Enclosure;
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
  using Wide = boost::multiprecision::number<
      boost::multiprecision::cpp_bin_float<400, boost::multiprecision::digit_base_2, void, std::int32_t>,
      boost::multiprecision::et_off>;
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

// Equal logits have 1/n, the only rational results there are, and 2^-25 is the only tie among them: f16, n = 2^25.
TEST(ReferenceExactTest, RoundsOneOver2To25InF16) {
  Values x(std::size_t{1} << 25, 1.5);
  EXPECT_EQ(Round(Format::f16, x).front(), 0);
  x.push_back(-30);  // now strictly below the tie
  EXPECT_EQ(Round(Format::f16, x).front(), 0);
  x.resize((std::size_t{1} << 25) - 1);  // and strictly above
  EXPECT_EQ(Round(Format::f16, x).front(), 0x1p-24);
}

TEST(ReferenceExactTest, EqualLogits) {
  for (const FormatInfo& info : kFormats) {
    for (std::size_t n = 1; n <= 300; ++n) {
      EXPECT_THAT(Round(info.format, Values(n, 7)),
                  Each(RoundToFormat(info.format, 1.0 / static_cast<double>(n))));
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
  // Nearly tied: 1/2 - 2^-1076 against 1/2 + 2^-1076.
  EXPECT_EQ(Enclose({0, -0x1p-1074})[0].exponent, -1);
  EXPECT_EQ(Enclose({0, -0x1p-1074})[1].exponent, -2);
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

// The width of the ball relative to its lower end.
double ExpectContains(const reference::Ball& ball, const reference::Interval<100>& truth) {
  const reference::Ball::Ends ends(ball);
  EXPECT_LE(mpfr_cmp(ends.low(), truth.backend().left_data()), 0);
  EXPECT_GE(mpfr_cmp(ends.high(), truth.backend().right_data()), 0);
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
    ExpectContains(formula(std::type_identity<reference::Ball>()),
                   formula(std::type_identity<reference::Interval<100>>()));
    const double width = ExpectContains(Binary(first, reference::Ball(a), reference::Ball(b)),
                                        Binary(first, reference::Interval<100>(a), reference::Interval<100>(b)));
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
    // exp(-x) and, with an exponent that is not exact, exp(-x / 3).
    const auto of_quotient = [&]<class Real>(std::type_identity<Real>) {
      return reference::Exp(Binary(3, Real(-x), Real(3.0)));
    };
    const double width =
        ExpectContains(reference::Exp(reference::Ball(-x)), reference::Exp(reference::Interval<100>(-x)));
    ExpectContains(of_quotient(std::type_identity<reference::Ball>()),
                   of_quotient(std::type_identity<reference::Interval<100>>()));
    ASSERT_FALSE(testing::Test::HasFailure()) << std::hexfloat << x;
    if (x < 0x1p28) {
      ASSERT_LE(width, 0x1p-121) << std::hexfloat << x;
    }
  }
  EXPECT_EQ(ExpectContains(reference::Exp(reference::Ball()), reference::Interval<100>(1)), 0);
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

}  // namespace
}  // namespace softmax_verify
