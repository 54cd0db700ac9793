// softmax on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(softmax, 200);

class Softmax : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, Softmax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(Softmax, OneElementGetsExactlyOne) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax)) {
    for (const double x : {0.0, 1.0, -1.0, 80.0, -80.0, Largest(kernel.format), -Largest(kernel.format)}) {
      if (!kernel.claim.shifted && std::abs(x) > 80) continue;  // exp(x) itself over- or underflows
      Row row;
      row.format = kernel.format;
      row.x = {RoundToFormat(kernel.format, x)};
      EXPECT_EQ(CallOne(kernel, row), Values{1.0}) << kernel.name << " " << x;
    }
  }
}

TEST_P(Softmax, EqualLogitsGetTheRoundedShare) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax)) {
    if (kernel.claim.accumulation.kind == Accumulation::Kind::native || !kernel.claim.shifted) continue;
    for (const std::size_t n : {1u, 2u, 3u, 7u, 16u, 100u, 1000u, 4099u}) {
      Row row;
      row.format = kernel.format;
      row.x = Values(n, 3);
      const double share =
          RoundToFormat(kernel.format, RoundToFormat(kernel.claim.compute, 1 / static_cast<double>(n)));
      if (kernel.contract.exact_shift) {  // the terms are 1, and their sum is n
        EXPECT_EQ(CallOne(kernel, row), Values(n, share)) << kernel.name << " " << n;
      } else {
        const double ulp = std::ldexp(1.0, static_cast<int>(UlpExponent(kernel.format, std::ilogb(share))));
        for (const double y : CallOne(kernel, row)) EXPECT_LE(std::abs(y - share), ulp) << kernel.name << " " << n;
      }
    }
  }
}

// What correct rounding implies: nothing that a result does not depend on changes a bit of it.
TEST_P(Softmax, CorrectlyRoundedHasTheBitsOfEveryTargetAndOrder) {
  CheckBitsOfEveryTargetAndOrder(GetParam(), Operation::softmax);
}

TEST_P(Softmax, CorrectlyRoundedNextToTies) { CheckNextToTies(GetParam(), Operation::softmax); }

// Proved: half an ulp and 2^-16 (Theorem F4), half an ulp and 2^-19 in narrower formats (Theorem R1).
TEST_P(Softmax, AccurateIsWithinHalfAnUlpAndALittle) {
  CheckAccurate(GetParam(), Operation::softmax, 0.5 + 0x1p-16);
}

}  // namespace
}  // namespace softmax_verify
