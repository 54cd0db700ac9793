// cross_entropy_backward on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(cross_entropy_backward, 200);

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class CrossEntropyBackward : public testing::TestWithParam<Target> {
 protected:
  // The gradient of one row with target 1.
  static Values Gradient(const Kernel& kernel, Values x, Parameters parameters = {}) {
    Row row{kernel.operation, kernel.format, std::move(x), parameters};
    row.statistics = kernel.statistics;
    row[Role::targets] = {1};
    return CallOne(kernel, row);
  }
  std::vector<Kernel> Kernels() const { return KernelsOf(GetParam(), Operation::cross_entropy_backward); }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, CrossEntropyBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(CrossEntropyBackward, SimpleRowsAreExact) {
  for (const Kernel& kernel : Kernels()) {
    EXPECT_EQ(Gradient(kernel, {3, 3}), (Values{0.5, -0.5})) << kernel.name;
    EXPECT_EQ(Gradient(kernel, {3, 3, 3, 3}), (Values{0.25, -0.75, 0.25, 0.25})) << kernel.name;
    EXPECT_EQ(Gradient(kernel, {3, 3}, {.label_smoothing = 0.5}), (Values{0.25, -0.25})) << kernel.name;
    EXPECT_EQ(Gradient(kernel, {-kInfinity, 3}), (Values{0, 0})) << kernel.name;
    EXPECT_EQ(Gradient(kernel, {3, -kInfinity}), (Values{1, -1})) << kernel.name;
    EXPECT_EQ(Gradient(kernel, {3, -kInfinity}, {.scale = 2, .temperature = 0.5}), (Values{4, -4})) << kernel.name;
  }
}

TEST_P(CrossEntropyBackward, OneLogitFarAboveTheOthersWhereverItIs) {
  for (const Kernel& kernel : Kernels()) {
    for (std::size_t at = 2; at < 1000; at += 37) {
      Values x(1000, 0);
      x[at] = kernel.format == Format::f64 ? 1000 : 200;
      Values expected(1000, 0);
      expected[1] = -1;
      expected[at] = 1;
      EXPECT_EQ(Gradient(kernel, x), expected) << kernel.name << " " << at;
    }
  }
}

TEST_P(CrossEntropyBackward, SpecialRowsAreNaN) {
  const auto is_nan = [](double value) { return std::isnan(value); };
  for (const Kernel& kernel : Kernels()) {
    for (const Values& x : {Values{0, 1, kNaN}, Values{0, 1, kInfinity}, Values{kInfinity, kInfinity, 0},
                            Values{-kInfinity, -kInfinity, -kInfinity}}) {
      const Values dx = Gradient(kernel, x);
      EXPECT_TRUE(std::all_of(dx.begin(), dx.end(), is_nan)) << kernel.name;
    }
    Parameters ignored;
    ignored.ignore_index = 1;
    for (const double value : Gradient(kernel, {0, kNaN, kInfinity}, ignored)) EXPECT_TRUE(SameBits(value, 0));
  }
}

}  // namespace
}  // namespace softmax_verify
