// sparsemax on every target: the laws, and what is promised of our kernel beyond them.
#include <gtest/gtest.h>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(sparsemax, 200);

class Sparsemax : public testing::TestWithParam<Target> {
 protected:
  // The results of every kernel for logits that are rounded to its format.
  void Expect(const Values& x, const Values& y) {
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::sparsemax)) {
      Row row;
      row.operation = kernel.operation;
      row.format = kernel.format;
      for (const double value : x) row.x.push_back(RoundToFormat(kernel.format, value));
      EXPECT_EQ(CallOne(kernel, row), y) << kernel.name;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, Sparsemax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(Sparsemax, OneElementGetsExactlyOne) {
  for (const double x : {0.0, 1.0, -80.0, 60000.0, -60000.0}) Expect({x}, {1});
}

TEST_P(Sparsemax, WhatLeadsByOneTakesAll) {
  Expect({2, 3, 1, -7}, {0, 1, 0, 0});
  Expect({0, 0, 0, 1}, {0, 0, 0, 1});
  Expect({136, 160}, {0, 1});
}

TEST_P(Sparsemax, ShortSumsOfPowersOfTwoAreExact) {
  Expect({0, 0.5, 1}, {0, 0.25, 0.75});
  Expect({0.5, 0.5}, {0.5, 0.5});
  Expect({-3, -3, -3, -3}, {0.25, 0.25, 0.25, 0.25});
}

}  // namespace
}  // namespace softmax_verify
