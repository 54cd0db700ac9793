// logsumexp on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "verify/random.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(logsumexp, 200);

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class LogSumExp : public testing::TestWithParam<Target> {
 protected:
  // Calls check(kernel, x as the format has it, its logsumexp).
  template <class Check>
  void OnEveryKernel(const Values& x, const Check& check) {
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::logsumexp)) {
      Row row{Operation::logsumexp, kernel.format};
      row.statistics = kernel.statistics;
      for (const double value : x) row.x.push_back(RoundToFormat(kernel.format, value));
      check(kernel, row.x, CallOne(kernel, row)[0]);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, LogSumExp, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(LogSumExp, OneElementIsReturnedAsItIs) {
  for (const double logit : {0.0, 1.0, -1.0, 88.72284, -104.0, 65504.0, 0x1p-24}) {
    OnEveryKernel({logit}, [](const Kernel& kernel, const Values& x, double lse) {
      EXPECT_EQ(lse, x[0]) << kernel.name;
    });
  }
}

TEST_P(LogSumExp, IsNeverBelowTheMaximum) {
  for (const double offset : {0.0, -3.0, 1e3, -6e4}) {
    for (const double step : {0.0, 0x1p-7, 1.0, 30.0, 200.0}) {
      Values logits(67);
      for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = offset - step * static_cast<double>(i * 29 % 67);
      OnEveryKernel(logits, [](const Kernel& kernel, const Values& x, double lse) {
        if (std::isfinite(*std::min_element(x.begin(), x.end()))) {
          EXPECT_GE(lse, *std::max_element(x.begin(), x.end())) << kernel.name;
        }
      });
    }
  }
}

TEST_P(LogSumExp, KeepsResultsNextToZeroWhereThatIsPromised) {
  OnEveryKernel({0, -40}, [](const Kernel& kernel, const Values&, double lse) {
    const double exact = std::exp(-40.0);
    const double unit = kernel.claim.log1p ? 50 * exact : 4;
    const double narrowing = UnitRoundoff(kernel.statistics) * exact;
    EXPECT_NEAR(lse, exact, unit * UnitRoundoff(kernel.claim.compute) + narrowing) << kernel.name;
  });
}

TEST_P(LogSumExp, SpecialRowsAreNan) {
  const auto is_nan = [](const Kernel& kernel, const Values& x, double lse) {
    EXPECT_TRUE(std::isnan(lse)) << kernel.name << " " << x.size() << " " << lse;
  };
  for (const std::size_t n : {1u, 2u, 5u, 17u, 100u}) {
    for (const std::size_t position : {std::size_t{0}, n / 2, n - 1}) {
      for (const double special : {kNaN, kInfinity}) {
        Values x(n, 0.5);
        x[position] = special;
        OnEveryKernel(x, is_nan);
      }
    }
    OnEveryKernel(Values(n, -kInfinity), is_nan);
  }
}

// The logarithms of probabilities: the maximum and ln s cancel, but for what the rounding of the logits leaves.
TEST_P(LogSumExp, IsAccurateWhereTheMaximumCancels) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::logsumexp)) {
    if (kernel.algorithm != "accurate" && !kernel.claim.correctly_rounded) continue;
    for (const std::size_t n : {2u, 3u, 10u, 100u, 1000u}) {
      for (const double spread : {0.1, 1.0, 5.0, 30.0}) {
        Random random(n, HashOf("logarithms of probabilities"));
        Row row{Operation::logsumexp, kernel.format};
        row.statistics = kernel.statistics;
        for (std::size_t i = 0; i < n; ++i) row.x.push_back(spread * random.Normal());
        double sum = 0;
        for (const double x : row.x) sum += std::exp(x);
        for (double& x : row.x) x = RoundToFormat(kernel.format, x - std::log(sum));
        const double ulp = MeasureUlp(kernel.statistics, CallOne(kernel, row)[0], reference::Enclose(row)[0]).high;
        EXPECT_LE(ulp, kernel.claim.correctly_rounded ? 0.5 + 0x1p-20 : 0.501) << kernel.name << " " << n << " " << spread;
      }
    }
  }
}

TEST_P(LogSumExp, CorrectlyRoundedHasTheBitsOfEveryTargetAndOrder) {
  CheckBitsOfEveryTargetAndOrder(GetParam(), Operation::logsumexp);
}

TEST_P(LogSumExp, CorrectlyRoundedNextToTies) { CheckNextToTies(GetParam(), Operation::logsumexp); }

// Proved: Theorem W6, and Theorem W1 in narrower formats.
TEST_P(LogSumExp, AccurateIsWithinHalfAnUlpAndALittle) {
  CheckAccurate(GetParam(), Operation::logsumexp, 0.5 + 0x1p-10);
}

// A scaled maximum that is a midpoint itself, with and without anything to push it.
TEST_P(LogSumExp, CorrectlyRoundedBesideAMidpoint) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::logsumexp)) {
    if (!kernel.claim.correctly_rounded) continue;
    for (const Values& others : {Values{}, Values{-kInfinity}, Values{-30}, Values{-400}, Values{-60000, -kInfinity}}) {
      for (const double x : {3.0, 1.5, -3.0, -5.0}) {
        for (const double scale : {8388609.0, 8388611.0, 0x1.000002p-2, 1.0, 0.25, 0x1.0000000000001p52}) {
          if (!IsRepresentable(Info(kernel.format).compute, scale)) continue;
          Row row{Operation::logsumexp, kernel.format};
          row.statistics = kernel.statistics;
          row.x = others;
          for (double& other : row.x) other = RoundToFormat(kernel.format, other);
          row.x.push_back(x);
          row.parameters.scale = scale;
          EXPECT_EQ(CallOne(kernel, row), reference::Round(row)) << kernel.name << " " << ToString(row);
        }
      }
    }
  }
}

// Maxima and sums at the ends of the range, where sums of doubles over- and underflow.
TEST_P(LogSumExp, RoundedOnceAtTheEndsOfTheRange) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const std::vector<Values> rows = {
      {0, -kLargest},       {kLargest, -kLargest},     {kLargest, kLargest},  {-kLargest, -kLargest}, {0, -708.5, -709.25},
      {0, -744.5, -744.75}, {0x1p-1074, -745.0},       {-0x1p-1074, -745.25}, {0x1p-1000, -700},      {-0x1p-1000, -700},
      {-0x1p-1022, -709},   {0, -1e9, -1e300},         {0x1p-1074},           {-0x1p-1074},           {0, -kInfinity},
      {-0x1p-900, -624},    {0x1p-40, 0x1p-40, -1e17}, {0x1p1000, 0x1p999},   {-0x1p901, -0x1p901, -0x1p902},
      {-0x1.27be27f25daf2p+0, -0x1.27be27f25daf2p+0},  // times 3/5: nearly -ln 2
  };
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::logsumexp)) {
    if (kernel.format != Format::f64 || (kernel.algorithm != "accurate" && !kernel.claim.correctly_rounded)) continue;
    for (const auto& [scale, temperature] :
         {std::pair{1.0, 1.0}, {0.75, 1.0}, {1.0, 3.0}, {1e300, 1e-300}, {1e-300, 1e300}, {0x1p-1074, 1.0},
          {1.0, 0x1p-1074}, {0x1.8p1000, 0x1.4p1001}, {0x1p-600, 1.0}, {0x1.8p-1073, 0x1.4p-1072}}) {
      for (const Values& x : rows) {
        Row row{Operation::logsumexp, kernel.format};
        row.statistics = kernel.statistics;
        row.x = x;
        row.parameters.scale = scale;
        row.parameters.temperature = temperature;
        const double lse = CallOne(kernel, row)[0];
        const double nearest = reference::Round(row)[0];
        EXPECT_TRUE(lse == nearest || (!kernel.claim.correctly_rounded && (lse == NextUp(Format::f64, nearest) ||
                                                                            lse == NextDown(Format::f64, nearest))))
            << kernel.name << " " << ToString(row) << " " << lse << " " << nearest;
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
