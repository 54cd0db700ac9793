// log_softmax_backward on every target: the laws, and what is promised of our kernels beyond them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

using testing::Each;
using testing::IsNan;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SV_TEST_OPERATION(log_softmax_backward, 100);

class LogSoftmaxBackward : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, LogSoftmaxBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

Values GradientOf(const Kernel& kernel, Values y, Values dy) {
  Row row;
  row.operation = Operation::log_softmax_backward;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row[Role::y] = std::move(y);
  row[Role::dy] = std::move(dy);
  return CallOne(kernel, row);
}

const Values kSteps = {1, -2, 3, 0.5, -0.25, 7, 0, 4};

TEST_P(LogSoftmaxBackward, OneElementHasNoGradient) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    for (const double dy : {1.0, -3.5, 1000.0}) EXPECT_EQ(GradientOf(kernel, {0}, {dy}), Values{0}) << kernel.name;
  }
}

TEST_P(LogSoftmaxBackward, GradientsThatSumToZeroPassUnchanged) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    const Values dy = {1, -1, 0.5, -0.5, 3, -3, 8, -8, 0};
    EXPECT_EQ(GradientOf(kernel, Values(9, -2.25), dy), dy) << kernel.name;
  }
}

TEST_P(LogSoftmaxBackward, VanishedProbabilitiesPassDy) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    Values y(8, -2);
    y[2] = y[7] = -kInfinity;
    y[3] = -800;  // vanishes in every format
    const Values dx = GradientOf(kernel, y, kSteps);
    for (const std::size_t i : {2u, 3u, 7u}) EXPECT_EQ(dx[i], kSteps[i]) << kernel.name << " " << i;
  }
}

// Powers of two pass through every operation.
TEST_P(LogSoftmaxBackward, IsHomogeneousBitForBit) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    Values y(37), dy(37), scaled(37);
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] = RoundToFormat(kernel.format, -3 + std::sin(static_cast<double>(i)));
      dy[i] = RoundToFormat(kernel.format, std::cos(3.0 * static_cast<double>(i)));
      scaled[i] = 8 * dy[i];
    }
    const Values dx = GradientOf(kernel, y, dy), scaled_dx = GradientOf(kernel, y, scaled);
    for (std::size_t i = 0; i < dx.size(); ++i) {
      if (std::abs(dx[i]) < SmallestNormal(kernel.format)) continue;
      EXPECT_EQ(scaled_dx[i], 8 * dx[i]) << kernel.name << " " << i;
    }
  }
}

TEST_P(LogSoftmaxBackward, NanInDySpoilsTheRowNanInYItsElement) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
      Values y(8, -2), dy = kSteps;
      dy[i] = kNaN;
      EXPECT_THAT(GradientOf(kernel, y, dy), Each(IsNan())) << kernel.name << " " << i;
      y[i] = kNaN;
      const Values dx = GradientOf(kernel, y, kSteps);
      for (std::size_t j = 0; j < dx.size(); ++j) EXPECT_EQ(std::isnan(dx[j]), i == j) << kernel.name << " " << i;
    }
  }
}

// The law in_place has dx take the memory of y.
TEST_P(LogSoftmaxBackward, MayOverwriteDy) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::log_softmax_backward)) {
    for (const Layout& layout : {Layout::Rows(3, 37), Layout::Axis(3, 5, 7)}) {
      const std::size_t count = layout.outer * layout.axis * layout.inner, bytes = Info(kernel.format).bytes;
      std::vector<char> y(count * bytes), dy(count * bytes), dx(count * bytes);
      for (std::size_t i = 0; i < count; ++i) {
        Store(kernel.format, y.data(), i, -2 + std::sin(static_cast<double>(i)));
        Store(kernel.format, dy.data(), i, std::cos(3.0 * static_cast<double>(i)));
      }
      Operands operands;
      operands.Set(Role::y, y.data());
      operands.Set(Role::dy, dy.data());
      operands.Set(Role::dx, dx.data());
      ASSERT_EQ(kernel.run(operands, layout, {}), Status::ok) << kernel.name;
      operands.Set(Role::dx, dy.data());
      ASSERT_EQ(kernel.run(operands, layout, {}), Status::ok) << kernel.name;
      EXPECT_EQ(dy, dx) << kernel.name;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
