// entmax15 on every target: the laws, and what is promised of our kernel beyond them.
#include <gtest/gtest.h>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(entmax15, 200);

class Entmax15 : public testing::TestWithParam<Target> {
 protected:
  // The results of every kernel for logits that are rounded to its format.
  void Expect(const Values& x, const Values& y) {
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::entmax15)) {
      Row row;
      row.operation = kernel.operation;
      row.format = kernel.format;
      for (const double value : x) row.x.push_back(RoundToFormat(kernel.format, value));
      EXPECT_EQ(CallOne(kernel, row), y) << kernel.name;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, Entmax15, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(Entmax15, OneElementGetsExactlyOne) {
  for (const double x : {0.0, 1.0, -80.0, 60000.0, -60000.0}) Expect({x}, {1});
}

TEST_P(Entmax15, WhatLeadsByTwoTakesAll) {
  Expect({2, 4, 1, -7}, {0, 1, 0, 0});
  Expect({0, 0, 0, 2}, {0, 0, 0, 1});
  Expect({136, 160}, {0, 1});
}

}  // namespace
}  // namespace softmax_verify
