// attention on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(attention, 100);

class Attention : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, Attention, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

Row HeadOf(const Kernel& kernel, std::size_t m, std::size_t d, Values q, Values k, Values v) {
  Row row;
  row.operation = Operation::attention;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row.m = m;
  row.d = d;
  row[Role::q] = std::move(q);
  row[Role::k] = std::move(k);
  row[Role::v] = std::move(v);
  row.outputs.Add(Role::lse);
  return row;
}

TEST_P(Attention, OneKeyGetsItsValueExactly) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention)) {
    const double largest = Largest(kernel.format), least = SmallestSubnormal(kernel.format);
    const Row row = HeadOf(kernel, 2, 3, {1, 2, 3, -4, 0, 4}, {0.5, 1, -2}, {largest, -least, 0.75});
    const Values expected = {largest, -least, 0.75, largest, -least, 0.75, -3.5, -10};
    EXPECT_EQ(CallOne(kernel, row), expected) << kernel.name;
  }
}

TEST_P(Attention, WhatSeesNothingIsPositiveZeroAndMinusInfinity) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention)) {
    Row row = HeadOf(kernel, 3, 1, {1, 2, 3}, {1, 2}, {-1, -1});
    row.parameters.causal = Causal::bottom_right;  // query 0 lies before the first key
    row[Role::mask] = {1, 1, 0, 1, 1, 1};          // of query 1 the only key in reach is hidden
    const Values results = CallOne(kernel, row);
    const double infinity = std::numeric_limits<double>::infinity();
    for (const std::size_t i : {0u, 1u}) {
      EXPECT_TRUE(SameBits(results[i], 0.0)) << kernel.name << " " << results[i];
      EXPECT_EQ(results[3 + i], -infinity) << kernel.name;
    }
    EXPECT_EQ(results[2], -1) << kernel.name;
  }
}

// Stricter than the laws, which let a kernel weigh with 0 what no byte hides.
TEST_P(Attention, WhatACausalLimitHidesHasNoInfluence) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention)) {
    Row row = HeadOf(kernel, 2, 1, {1, 2}, {1, 2, 3}, {-1, 5, 3});
    row.parameters.causal = Causal::top_left;
    const Values before = CallOne(kernel, row);
    row[Role::k][2] = row[Role::v][2] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(CallOne(kernel, row), before) << kernel.name;
  }
}

// Many tiles of queries and blocks of keys: the same bits as for each query alone.
TEST_P(Attention, TilesOfQueriesDoNotMatter) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention)) {
    constexpr std::size_t kQueries = 70, kKeys = 150, kDepth = 67;
    Random random(1, HashOf(kernel.name));
    const auto numbers = [&](std::size_t count) {
      Values values(count);
      for (double& value : values) value = RoundToFormat(kernel.format, random.Normal());
      return values;
    };
    Row row =
        HeadOf(kernel, kQueries, kDepth, numbers(kQueries * kDepth), numbers(kKeys * kDepth), numbers(kKeys * kDepth));
    row.parameters.scale = 0.125;
    row[Role::bias] = numbers(kQueries * kKeys);
    const Values all = CallOne(kernel, row);
    for (std::size_t i = 0; i < kQueries; ++i) {
      Row alone = row;
      alone.m = 1;
      const auto slice = [&](Role role, std::size_t each) {
        const auto begin = row[role].begin() + static_cast<std::ptrdiff_t>(i * each);
        alone[role].assign(begin, begin + static_cast<std::ptrdiff_t>(each));
      };
      slice(Role::q, kDepth);
      slice(Role::bias, kKeys);
      const Values one = CallOne(kernel, alone);
      for (std::size_t c = 0; c < kDepth; ++c) ASSERT_EQ(one[c], all[i * kDepth + c]) << kernel.name << " " << i;
      ASSERT_EQ(one[kDepth], all[kQueries * kDepth + i]) << kernel.name << " " << i;
    }
  }
}

TEST_P(Attention, OutMayBeTheQueries) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention)) {
    const Row row = HeadOf(kernel, 2, 2, {1, 2, 3, -4}, {0.5, 1, -2, 1}, {1, 2, 3, 4});
    const Values expected = CallOne(kernel, row);
    Buffer q(kernel, Role::q, 4), k(kernel, Role::k, 4), v(kernel, Role::v, 4);
    for (std::size_t e = 0; e < 4; ++e) {
      q.Set(e, row[Role::q][e]);
      k.Set(e, row[Role::k][e]);
      v.Set(e, row[Role::v][e]);
    }
    Operands operands;
    operands.Set(Role::q, q.data());
    operands.Set(Role::k, k.data());
    operands.Set(Role::v, v.data());
    operands.Set(Role::out, q.data());
    ASSERT_EQ(kernel.run(operands, DenseRows(row), row.parameters), Status::ok);
    for (std::size_t e = 0; e < 4; ++e) EXPECT_EQ(q.Get(e), expected[e]) << kernel.name;
  }
}

}  // namespace
}  // namespace softmax_verify
