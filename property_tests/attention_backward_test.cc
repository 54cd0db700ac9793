// attention_backward on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SV_TEST_OPERATION(attention_backward, 100);

class AttentionBackward : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, AttentionBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

// With numbers of the format, drawn independently: the saved results are those of no forward pass.
Row HeadOf(const Kernel& kernel, std::size_t m, std::size_t n, std::size_t d) {
  Row row;
  row.operation = Operation::attention_backward;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row.m = m;
  row.d = d;
  Random random(1, HashOf(kernel.name));
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || operand.role == Role::mask) continue;
    Values& values = row[operand.role];
    values.resize(operand.Extent({m, n, d}, Reduction::none));
    for (double& value : values) value = RoundToFormat(kernel.format, random.Normal());
  }
  return row;
}

// Many tiles of queries and blocks of keys, and a depth of several blocks, are within the bounds.
TEST_P(AttentionBackward, TilesAndBlocksAddUp) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention_backward)) {
    Row row = HeadOf(kernel, 130, 70, 67);
    row.parameters.scale = 0.125;
    row.parameters.causal = Causal::bottom_right;
    const Outcome outcome = CheckAccuracy(kernel, Case(row), CallOne(kernel, row));
    EXPECT_EQ(outcome.kind, Outcome::Kind::held)
        << kernel.name << ": " << (outcome.violation ? outcome.violation->what : "");
  }
}

TEST_P(AttentionBackward, WhatSeesNothingGetsPositiveZero) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention_backward)) {
    Row row = HeadOf(kernel, 3, 2, 3);
    row.parameters.causal = Causal::bottom_right;  // query 0 lies before the first key
    row[Role::mask] = {1, 1, 0, 1, 0, 1};          // of query 1 the only key in reach is hidden, key 0 from all
    const Values results = CallOne(kernel, row);
    // Nor does it matter what these hold.
    for (const Role role : {Role::q, Role::out, Role::dout}) std::fill_n(row[role].begin(), 6, kNaN);
    for (const Role role : {Role::k, Role::v}) std::fill_n(row[role].begin(), 3, kNaN);
    row[Role::lse][0] = kNaN;
    row[Role::lse][1] = -std::numeric_limits<double>::infinity();
    EXPECT_EQ(CallOne(kernel, row), results) << kernel.name;
    for (std::size_t e = 0; e < results.size(); ++e) {
      const bool hidden = e < 6 || (e >= 9 && e < 12) || (e >= 15 && e < 18);  // dq of 0 and 1, dk and dv of 0
      EXPECT_EQ(SameBits(results[e], 0.0), hidden) << kernel.name << " " << e << " " << results[e];
    }
  }
}

// Every output may lie in the memory of any input of its shape.
TEST_P(AttentionBackward, GradientsMayReplaceTheOperands) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::attention_backward)) {
    const std::size_t m = 66, n = 130, d = 5;
    const Row row = HeadOf(kernel, m, n, d);
    const Values expected = CallOne(kernel, row);
    for (const auto& [dq, dk, dv] : {std::array{Role::q, Role::k, Role::v}, std::array{Role::dout, Role::v, Role::k},
                                     std::array{Role::out, Role::k, Role::v}}) {
      std::map<Role, Buffer> buffers;
      Operands operands;
      for (const auto& [role, values] : row.others) {
        Buffer& buffer = buffers.emplace(role, Buffer(kernel, role, values.size())).first->second;
        for (std::size_t e = 0; e < values.size(); ++e) buffer.Set(e, values[e]);
        operands.Set(role, buffer.data());
      }
      operands.Set(Role::dq, buffers.at(dq).data());
      operands.Set(Role::dk, buffers.at(dk).data());
      operands.Set(Role::dv, buffers.at(dv).data());
      ASSERT_EQ(kernel.run(operands, DenseRows(row), row.parameters), Status::ok);
      for (std::size_t e = 0; e < expected.size(); ++e) {
        const std::size_t of_keys = e - std::min(e, m * d);
        const Buffer& results = buffers.at(e < m * d ? dq : of_keys < n * d ? dk : dv);
        ASSERT_EQ(results.Get(e < m * d ? e : of_keys % (n * d)), expected[e]) << kernel.name << " " << e;
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
