// sparsemax_backward on every target: the laws, and what is promised of it and of its like beyond them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "property_tests/law_checks.h"
#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(sparsemax_backward, 200);

// Weights of 1 wherever y is 1: the same promises for every alpha.
class SparseBackward : public testing::TestWithParam<Target> {
 protected:
  void ForEachKernel(const Values& y, const Values& dy, const std::function<void(const Values&)>& check) {
    for (const OperationInfo& operation : kOperations) {
      if (!checks::kSparseBackwards.Has(operation.operation)) continue;
      for (const Kernel& kernel : KernelsOf(GetParam(), operation.operation)) {
        SCOPED_TRACE(kernel.name);
        Row row;
        row.operation = kernel.operation;
        row.format = kernel.format;
        row[Role::y] = y;
        row[Role::dy] = dy;
        check(CallOne(kernel, row));
      }
    }
  }
};
INSTANTIATE_TEST_SUITE_P(AllTargets, SparseBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(SparseBackward, NothingOffTheSupportIsLookedAt) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  ForEachKernel({1, 0, 1, 0, 0}, {1, nan, 3, infinity, -infinity}, [](const Values& dx) {
    EXPECT_EQ(dx, (Values{-1, 0, 1, 0, 0}));
    for (const std::size_t i : {1, 3, 4}) EXPECT_FALSE(std::signbit(dx[i]));
  });
}

TEST_P(SparseBackward, WithoutASupportThereIsNoGradient) {
  ForEachKernel({0, 0, 0}, {1, 2, 3}, [](const Values& dx) { EXPECT_EQ(dx, (Values{0, 0, 0})); });
}

TEST_P(SparseBackward, WhatIsNotFiniteInTheSupportSpoilsTheRow) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto all_nan = [](const Values& dx) {
    for (const double value : dx) EXPECT_TRUE(std::isnan(value));
  };
  ForEachKernel({0.25, 0, 0.75}, {1, 2, infinity}, all_nan);
  ForEachKernel({0.25, 0, 0.75}, {1, 2, nan}, all_nan);
  ForEachKernel({0.25, nan, 0.75}, {1, 2, 3}, all_nan);
}

}  // namespace
}  // namespace softmax_verify
