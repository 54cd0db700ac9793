// cross_entropy on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(cross_entropy, 200);

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Row LossRow(const Kernel& kernel, Values x, Values targets) {
  Row row{kernel.operation, kernel.format, std::move(x)};
  row.statistics = kernel.statistics;
  row.m = targets.size();
  row[Role::targets] = std::move(targets);
  return row;
}

class CrossEntropy : public testing::TestWithParam<Target> {
 protected:
  std::vector<Kernel> Kernels() const { return KernelsOf(GetParam(), Operation::cross_entropy); }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, CrossEntropy, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(CrossEntropy, OneClassCostsNothing) {
  for (const Kernel& kernel : Kernels()) {
    for (const double x : {0.0, 1.0, -80.0, Largest(kernel.format), -Largest(kernel.format)}) {
      Row row = LossRow(kernel, {x}, {0});
      EXPECT_TRUE(SameBits(CallOne(kernel, row)[0], 0)) << kernel.name << " " << x;
      row.parameters.label_smoothing = 0.25;
      EXPECT_TRUE(SameBits(CallOne(kernel, row)[0], 0)) << kernel.name << " " << x;
    }
  }
}

TEST_P(CrossEntropy, NoLossIsNegative) {
  // Not by a single unit: the sum has exp(0) = 1 among its terms.
  for (const Kernel& kernel : Kernels()) {
    for (const double rest : {-1.0, -10.0, -20.0, -80.0, -1000.0}) {
      for (const double smoothing : {0.0, 0.5}) {
        Row row = LossRow(kernel, {rest, 0, rest, rest}, {1});
        row.parameters.label_smoothing = smoothing;
        EXPECT_FALSE(std::signbit(CallOne(kernel, row)[0])) << kernel.name << " " << rest;
      }
    }
  }
}

TEST_P(CrossEntropy, OneLogitFarAboveTheOthersWhereverItIs) {
  for (const Kernel& kernel : Kernels()) {
    const double top = kernel.format == Format::f64 ? 1000 : 200;
    for (std::size_t at = 0; at < 1000; at += 37) {
      Values x(1000, 0);
      x[at] = top;
      const double elsewhere = static_cast<double>((at + 1) % 1000);
      EXPECT_EQ(CallOne(kernel, LossRow(kernel, x, {static_cast<double>(at)}))[0], 0) << kernel.name << " " << at;
      EXPECT_EQ(CallOne(kernel, LossRow(kernel, x, {elsewhere}))[0], top) << kernel.name << " " << at;
    }
  }
}

TEST_P(CrossEntropy, SpecialRows) {
  for (const Kernel& kernel : Kernels()) {
    const auto loss = [&](Values x, double smoothing = 0, Values weight = {}) {
      Row row = LossRow(kernel, std::move(x), {1});
      row.parameters.label_smoothing = smoothing;
      if (!weight.empty()) row[Role::weight] = std::move(weight);
      return CallOne(kernel, row)[0];
    };
    EXPECT_TRUE(std::isnan(loss({0, 1, kNaN}))) << kernel.name;
    EXPECT_TRUE(std::isnan(loss({kNaN, 1, 0}, 0.5))) << kernel.name;
    EXPECT_TRUE(std::isnan(loss({kInfinity, 1, 0}))) << kernel.name;
    EXPECT_TRUE(std::isnan(loss({0, kInfinity, 0}))) << kernel.name;
    EXPECT_TRUE(std::isnan(loss({-kInfinity, -kInfinity, -kInfinity}))) << kernel.name;
    EXPECT_TRUE(std::isnan(loss({0, kNaN, 0}, 0, {1, 0, 1}))) << kernel.name;
    EXPECT_EQ(loss({0, -kInfinity, 0}), kInfinity) << kernel.name;
    EXPECT_EQ(loss({0, -kInfinity, 0}, 0.5), kInfinity) << kernel.name;
    EXPECT_EQ(loss({-kInfinity, 0, 0}, 0.5), kInfinity) << kernel.name;
    EXPECT_EQ(loss({0, -kInfinity, 0}, 0, {1, 0, 1}), 0) << kernel.name;
    EXPECT_EQ(loss({-kInfinity, 0, -kInfinity}), 0) << kernel.name;
    EXPECT_TRUE(std::isfinite(loss({-kInfinity, 0, 0}, 0.5, {0, 1, 1}))) << kernel.name;
  }
}

TEST_P(CrossEntropy, AMeanOverNothingIsNaN) {
  for (const Kernel& kernel : Kernels()) {
    Row row = LossRow(kernel, {0, 1, kNaN, 3}, {-100, -100});
    EXPECT_TRUE(SameBits(CallOne(kernel, row)[1], 0)) << kernel.name;
    row.parameters.reduction = Reduction::sum;
    EXPECT_TRUE(SameBits(CallOne(kernel, row)[0], 0)) << kernel.name;
    row.parameters.reduction = Reduction::mean;
    EXPECT_TRUE(std::isnan(CallOne(kernel, row)[0])) << kernel.name;
    row = LossRow(kernel, {0, 1}, {0});
    row[Role::weight] = {0, 1};
    row.parameters.reduction = Reduction::mean;
    EXPECT_TRUE(std::isnan(CallOne(kernel, row)[0])) << kernel.name;
  }
}

}  // namespace
}  // namespace softmax_verify
