// jacobian on every target: the laws, and what is promised of our kernels beyond them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

using testing::Each;
using testing::IsNan;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SV_TEST_OPERATION(jacobian, 100);

class Jacobian : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, Jacobian, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

Values JacobianOf(const Kernel& kernel, Values x) {
  Row row;
  row.operation = Operation::jacobian;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row.x = std::move(x);
  return CallOne(kernel, row);
}

TEST_P(Jacobian, ExactForEqualLogits) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::jacobian)) {
    EXPECT_EQ(JacobianOf(kernel, {5}), Values{0}) << kernel.name;
    EXPECT_EQ(JacobianOf(kernel, {5, 5}), (Values{0.25, -0.25, -0.25, 0.25})) << kernel.name;
    const std::size_t n = 16;
    const Values result = JacobianOf(kernel, Values(n, -3));
    for (std::size_t e = 0; e < result.size(); ++e) {
      EXPECT_EQ(result[e], e / n == e % n ? 15.0 / 256 : -1.0 / 256) << kernel.name << " " << e;
    }
  }
}

// Longer than a block of probabilities: 1024 equal logits, and 37 of -inf among them that say which result is where.
TEST_P(Jacobian, ExactInEveryBlock) {
  const std::size_t n = 1024 + 37;
  const auto is_masked = [](std::size_t i) { return i % 29 == 3; };
  Values x(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    if (is_masked(i)) x[i] = -kInfinity;
  }
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::jacobian)) {
    const double diagonal = RoundToFormat(kernel.format, 1023 * 0x1p-20);
    const Values result = JacobianOf(kernel, x);
    for (std::size_t e = 0; e < result.size(); ++e) {
      const std::size_t i = e / n, j = e % n;
      ASSERT_EQ(result[e], is_masked(i) || is_masked(j) ? 0 : i == j ? diagonal : -0x1p-20)
          << kernel.name << " " << i << " " << j;
    }
  }
}

TEST_P(Jacobian, SpecialRows) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::jacobian)) {
    const std::size_t n = 5;
    for (std::size_t i = 0; i < n; ++i) {
      for (const double special : {kNaN, kInfinity}) {
        Values x(n, 1);
        x[i] = special;
        EXPECT_THAT(JacobianOf(kernel, x), Each(IsNan())) << kernel.name << " " << i;
      }
      Values x(n, 1);
      x[i] = -kInfinity;
      const Values result = JacobianOf(kernel, x);
      for (std::size_t j = 0; j < n; ++j) {
        EXPECT_EQ(result[i * n + j], 0) << kernel.name;
        EXPECT_EQ(result[j * n + i], 0) << kernel.name;
      }
    }
    EXPECT_THAT(JacobianOf(kernel, Values(n, -kInfinity)), Each(IsNan())) << kernel.name;
  }
}

TEST_P(Jacobian, RowsMayHaveStridesAndAnAxisMayNot) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::jacobian)) {
    const std::size_t bytes = Info(kernel.format).bytes;
    std::vector<char> x(12 * bytes), y(18 * bytes);
    for (std::size_t i = 0; i < 12; ++i) Store(kernel.format, x.data(), i, i % 6 < 3 ? static_cast<double>(i) : kNaN);
    Operands operands;
    operands.Set(Role::x, x.data());
    operands.Set(Role::y, y.data());
    ASSERT_EQ(kernel.run(operands, {2, 3, 1, 6, 3, 0}, {}), Status::ok);
    for (std::size_t r = 0; r < 2; ++r) {
      const Values alone = JacobianOf(kernel, {6.0 * r, 6.0 * r + 1, 6.0 * r + 2});
      for (std::size_t e = 0; e < 9; ++e) EXPECT_EQ(Load(kernel.format, y.data(), 9 * r + e), alone[e]) << kernel.name;
    }
    EXPECT_EQ(kernel.run(operands, Layout::Axis(1, 3, 2), {}), Status::invalid_argument) << kernel.name;
  }
}

}  // namespace
}  // namespace softmax_verify
