// softmax_backward on every target: the laws, and what is promised of our kernels beyond them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

using testing::Each;
using testing::IsNan;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SV_TEST_OPERATION(softmax_backward, 100);

class SoftmaxBackward : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, SoftmaxBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

// A row for the kernel: `of` are its logits where it takes those, else its probabilities.
Row RowFor(const Kernel& kernel, Values of, Values dy) {
  Row row;
  row.operation = Operation::softmax_backward;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row[kernel.operands.Has(Role::x) ? Role::x : Role::y] = std::move(of);
  row[Role::dy] = std::move(dy);
  return row;
}

// 1/8, ..., 1/8 or logits that give about that, and numbers that every format has.
Values Eighths(const Kernel& kernel) { return Values(8, kernel.operands.Has(Role::x) ? 3 : 0.125); }
const Values kSteps = {1, -2, 3, 0.5, -0.25, 7, 0, 4};

TEST_P(SoftmaxBackward, ExactWhereNothingRounds) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    const Values dx = CallOne(kernel, RowFor(kernel, Eighths(kernel), kSteps));
    for (std::size_t i = 0; i < dx.size(); ++i) {
      EXPECT_EQ(dx[i], RoundToFormat(kernel.format, 0.125 * (kSteps[i] - 13.25 / 8))) << kernel.name << " " << i;
    }
  }
}

TEST_P(SoftmaxBackward, OneElementHasNoGradient) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    for (const double dy : {1.0, -3.5, Largest(kernel.format) / 8}) {
      EXPECT_EQ(CallOne(kernel, RowFor(kernel, {1}, {dy})), Values{0}) << kernel.name << " " << dy;
    }
  }
}

TEST_P(SoftmaxBackward, NoUpstreamGradientGivesNone) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    EXPECT_EQ(CallOne(kernel, RowFor(kernel, Eighths(kernel), Values(8, 0))), Values(8, 0)) << kernel.name;
  }
}

// Powers of two pass through every operation.
TEST_P(SoftmaxBackward, IsHomogeneousBitForBit) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    const bool from_logits = kernel.operands.Has(Role::x);
    Values of(37), dy(37), scaled(37);
    for (std::size_t i = 0; i < of.size(); ++i) {
      of[i] = RoundToFormat(kernel.format, from_logits ? std::sin(static_cast<double>(i)) : 0.01 + 0.0007 * i);
      dy[i] = RoundToFormat(kernel.format, std::cos(3.0 * static_cast<double>(i)));
      scaled[i] = 8 * dy[i];
    }
    const Values dx = CallOne(kernel, RowFor(kernel, of, dy)), scaled_dx = CallOne(kernel, RowFor(kernel, of, scaled));
    for (std::size_t i = 0; i < dx.size(); ++i) {
      if (std::abs(dx[i]) < SmallestNormal(kernel.format)) continue;
      EXPECT_EQ(scaled_dx[i], 8 * dx[i]) << kernel.name << " " << i;
    }
  }
}

TEST_P(SoftmaxBackward, VanishedProbabilitiesGetZero) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    Values of = Eighths(kernel);
    of[2] = of[7] = kernel.operands.Has(Role::x) ? -kInfinity : 0;
    Values dy = kSteps;
    dy[2] = Largest(kernel.format) / 8;
    const Values dx = CallOne(kernel, RowFor(kernel, of, dy));
    EXPECT_EQ(dx[2], 0) << kernel.name;
    EXPECT_EQ(dx[7], 0) << kernel.name;
    for (const double value : dx) EXPECT_TRUE(std::isfinite(value)) << kernel.name;
  }
}

TEST_P(SoftmaxBackward, NanInAnyOperandSpoilsTheRow) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
      Values of = Eighths(kernel), dy = kSteps;
      of[i] = kNaN;
      EXPECT_THAT(CallOne(kernel, RowFor(kernel, of, dy)), Each(IsNan())) << kernel.name << " " << i;
      of = Eighths(kernel);
      dy[i] = kNaN;
      EXPECT_THAT(CallOne(kernel, RowFor(kernel, of, dy)), Each(IsNan())) << kernel.name << " " << i;
      if (!kernel.operands.Has(Role::x)) continue;
      of[i] = kInfinity;
      EXPECT_THAT(CallOne(kernel, RowFor(kernel, of, kSteps)), Each(IsNan())) << kernel.name << " " << i;
      EXPECT_THAT(CallOne(kernel, RowFor(kernel, Values(8, -kInfinity), kSteps)), Each(IsNan())) << kernel.name;
    }
  }
}

TEST_P(SoftmaxBackward, NeedsItsOperands) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax_backward)) {
    const Row row = RowFor(kernel, Eighths(kernel), kSteps);
    for (const Role missing : {kernel.operands.Has(Role::x) ? Role::x : Role::y, Role::dy, Role::dx}) {
      std::vector<double> memory(16);
      Operands operands;
      for (const Role role : {Role::x, Role::y, Role::dy, Role::dx}) {
        if (role != missing && kernel.operands.Has(role)) operands.Set(role, memory.data());
      }
      EXPECT_EQ(kernel.run(operands, Layout::Rows(1, 8), {}), Status::invalid_argument)
          << kernel.name << " without " << Name(missing);
    }
  }
}

}  // namespace
}  // namespace softmax_verify
