// log_softmax on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(log_softmax, 200);

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class LogSoftmax : public testing::TestWithParam<Target> {
 protected:
  // Calls check(kernel, log_softmax of x).
  template <class Check>
  void OnEveryKernel(const Values& x, const Check& check) {
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax)) {
      Row row{Operation::log_softmax, kernel.format};
      for (const double value : x) row.x.push_back(RoundToFormat(kernel.format, value));
      check(kernel, CallOne(kernel, row));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, LogSoftmax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(LogSoftmax, OneElementGetsExactlyZero) {
  for (const double x : {0.0, 1.0, -1.0, 88.72284, 65504.0, -1e30}) {
    OnEveryKernel({x}, [&](const Kernel& kernel, const Values& y) {
      EXPECT_TRUE(SameBits(y[0], 0) || std::isinf(RoundToFormat(kernel.format, x))) << kernel.name << " " << x;
    });
  }
}

TEST_P(LogSoftmax, IsNeverAboveZero) {
  for (const double step : {0.0, 0x1p-7, 1.0, 30.0, 200.0}) {
    Values x(67);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = step * static_cast<double>(i);
    OnEveryKernel(x, [](const Kernel& kernel, const Values& y) {
      for (const double value : y) EXPECT_LE(value, 0) << kernel.name;
    });
  }
}

TEST_P(LogSoftmax, KeepsResultsNextToZeroWhereThatIsPromised) {
  OnEveryKernel({0, -13}, [](const Kernel& kernel, const Values& y) {
    const double exact = -std::log1p(std::exp(-13.0));
    const double unit = kernel.claim.log1p ? 20 * -exact : 4;
    const double narrowing = UnitRoundoff(kernel.format) * -exact + SmallestSubnormal(kernel.format);
    EXPECT_NEAR(y[0], exact, unit * UnitRoundoff(kernel.claim.compute) + narrowing) << kernel.name;
  });
}

TEST_P(LogSoftmax, SpecialRows) {
  const auto all_are_nan = [](const Kernel& kernel, const Values& y) {
    for (const double value : y) EXPECT_TRUE(std::isnan(value)) << kernel.name << " " << value;
  };
  for (const std::size_t n : {1u, 2u, 5u, 17u, 100u}) {
    for (const std::size_t position : {std::size_t{0}, n / 2, n - 1}) {
      for (const double special : {kNaN, kInfinity}) {
        Values x(n, 0.5);
        x[position] = special;
        OnEveryKernel(x, all_are_nan);
      }
    }
    OnEveryKernel(Values(n, -kInfinity), all_are_nan);
  }
  Values x(40, -kInfinity);
  x[33] = -3;
  OnEveryKernel(x, [](const Kernel& kernel, const Values& y) {
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], i == 33 ? 0 : -kInfinity) << kernel.name << " " << i;
  });
}

TEST_P(LogSoftmax, CorrectlyRoundedHasTheBitsOfEveryTargetAndOrder) {
  CheckBitsOfEveryTargetAndOrder(GetParam(), Operation::log_softmax);
}

TEST_P(LogSoftmax, CorrectlyRoundedNextToTies) { CheckNextToTies(GetParam(), Operation::log_softmax); }

// Proved: Theorem W6, and Theorem W1 in narrower formats.
TEST_P(LogSoftmax, AccurateIsWithinHalfAnUlpAndALittle) {
  CheckAccurate(GetParam(), Operation::log_softmax, 0.5 + 0x1p-16);
}

// Distances, scaled or not, that are midpoints: results lie on their far side, however little.
TEST_P(LogSoftmax, CorrectlyRoundedBesideADistanceThatIsAMidpoint) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax)) {
    if (!kernel.claim.correctly_rounded) continue;
    const int p = Info(kernel.format).p;
    for (const int exponent : {0, 3, 9 - p, -p, -p - 20}) {
      for (const double scale : {1.0, 0.125, 0.75}) {
        const double quantum = std::ldexp(1.0, exponent);
        Row row{Operation::log_softmax, kernel.format};
        row.x = {std::ldexp(quantum, p), 0, -kInfinity, std::ldexp(-quantum, p - 1)};
        for (const double k : {1, 2, 3, 5}) row.x.push_back(-k * quantum);
        row.parameters.scale = scale;
        const auto is_logit = [&](double x) { return IsRepresentable(kernel.format, x); };
        if (!std::all_of(row.x.begin(), row.x.end(), is_logit)) continue;
        EXPECT_EQ(CallOne(kernel, row), reference::Round(row)) << kernel.name << " " << ToString(row);
      }
    }
  }
}

// Logits and distances at the ends of the range, where sums of doubles over- and underflow.
TEST_P(LogSoftmax, RoundedOnceAtTheEndsOfTheRange) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const std::vector<Values> rows = {
      {0, -kLargest},
      {kLargest, -kLargest},
      {kLargest, -0x1p969, -0x1p970, -0x1.8p970, -0x1p971},
      {0x1p1000, 1, -0x1.8p947, -0x1.8p1000, -kInfinity},
      {0x1p900, 0, -0x1p900, -3},
      {0, 0x1p-1074, 0x1p-1073},
      {0x1p-1000, -700, -720, -745.2},
      {0, -1e9, -1e300, -kInfinity},
      {-kLargest},
      {0, -708.5, -709.25, -745},
      {1, -744.0, -745.5},
      {1, -744.0, -745.125},
      {0, -1021, -2000},
      Values(3000, -760),
  };
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax)) {
    if (kernel.format != Format::f64 || (kernel.algorithm != "accurate" && !kernel.claim.correctly_rounded)) continue;
    for (const auto& [scale, temperature] :
         {std::pair{1.0, 1.0}, {0.75, 1.0}, {1.0, 3.0}, {1e300, 1e-300}, {1e-300, 1e300}, {0x1p-1074, 1.0},
          {1.0, 0x1p-1074}, {0x1.8p1000, 0x1.4p1001}, {0x1p-600, 1.0}}) {
      for (Values x : rows) {
        if (x.size() == 3000) x[1234] = 0;
        Row row{Operation::log_softmax, kernel.format};
        row.x = x;
        row.parameters.scale = scale;
        row.parameters.temperature = temperature;
        const Values y = CallOne(kernel, row);
        const Values nearest = reference::Round(row);
        if (kernel.claim.correctly_rounded) {
          EXPECT_EQ(y, nearest) << kernel.name << " " << ToString(row, 8);
          continue;
        }
        for (std::size_t i = 0; i < y.size(); ++i) {
          EXPECT_TRUE(y[i] == nearest[i] || y[i] == NextUp(Format::f64, nearest[i]) ||
                      y[i] == NextDown(Format::f64, nearest[i]))
              << kernel.name << " " << i << " " << ToString(row, 8) << y[i] << " " << nearest[i];
        }
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
