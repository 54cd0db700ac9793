#include "softmax.h"

#include <gtest/gtest.h>
#include <softmax_verify/validate.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

softmax_verify::ValidateOptions Quickly() {
  softmax_verify::ValidateOptions options;
  options.effort = "quick";
  return options;
}

TEST(Softmax, IsAccurateAndWellBehaved) {
  const auto verdict =
      softmax_verify::Validate(Softmax, "void Softmax(const float* x, float* y, size_t rows, size_t cols)", Quickly());
  EXPECT_TRUE(verdict.passed()) << verdict;
}

// Whatever can be called: here one row of a class that works on vectors.
TEST(Softmax, OfOneVector) {
  const auto of_vector = [](const float* x, float* y, int n) {
    const std::vector<float> logits(x, x + n);
    std::vector<float> result(logits.size());
    Softmax(logits.data(), result.data(), 1, logits.size());
    std::copy(result.begin(), result.end(), y);
  };
  const auto verdict =
      softmax_verify::Validate(of_vector, "void softmax_of_vector(const float* x, float* y, int n)", Quickly());
  EXPECT_TRUE(verdict.passed()) << verdict;
}

// A wrong kernel is found out, with the logits that show it.
TEST(SoftmaxWithoutShift, Overflows) {
  const auto verdict = softmax_verify::Validate(
      SoftmaxWithoutShift, "void SoftmaxWithoutShift(const float* x, float* y, size_t rows, size_t cols)", Quickly());
  EXPECT_FALSE(verdict.passed());
  EXPECT_NE(verdict.text().find("FAILED  accuracy"), std::string::npos) << verdict;
}

}  // namespace
