// masked_softmax on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <limits>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(masked_softmax, 100);

class MaskedSoftmax : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, MaskedSoftmax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

Row RowOf(const Kernel& kernel, Values x) {
  Row row;
  row.operation = Operation::masked_softmax;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row.x = std::move(x);
  return row;
}

TEST_P(MaskedSoftmax, OneKeptEntryGetsExactlyOne) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::masked_softmax)) {
    for (const std::size_t n : {1u, 2u, 17u, 300u, 2100u}) {
      Row row = RowOf(kernel, Values(n, -3));
      row[Role::mask].assign(n, 0);
      row[Role::mask][n / 2] = 7;
      Values expected(n, 0);
      expected[n / 2] = 1;
      EXPECT_EQ(CallOne(kernel, row), expected) << kernel.name << " " << n;
    }
  }
}

TEST_P(MaskedSoftmax, NothingToSeeIsZeroWhateverHidesIt) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::masked_softmax)) {
    for (const std::size_t n : {1u, 5u, 64u, 1500u}) {
      Row by_mask = RowOf(kernel, Values(n, std::numeric_limits<double>::quiet_NaN()));
      by_mask[Role::mask].assign(n, 0);
      Row by_bias = RowOf(kernel, Values(n, 1));
      by_bias[Role::bias].assign(n, -kInfinity);
      EXPECT_EQ(CallOne(kernel, by_mask), Values(n, 0)) << kernel.name << " " << n;
      EXPECT_EQ(CallOne(kernel, by_bias), Values(n, 0)) << kernel.name << " " << n;
    }
    Row by_causal = RowOf(kernel, {1, 1, 1});  // three rows of one column, which only the last may see
    by_causal.m = 3;
    by_causal.parameters.causal = Causal::bottom_right;
    EXPECT_EQ(CallOne(kernel, by_causal), (Values{0, 0, 1})) << kernel.name;
  }
}

}  // namespace
}  // namespace softmax_verify
