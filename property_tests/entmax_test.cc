// entmax on every target: the laws, and what is promised of our kernel beyond them.
#include <gtest/gtest.h>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "verify/draw.h"
#include "verify/families.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(entmax, 100);

class Entmax : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, Entmax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

// The kernel of an operation that has this algorithm and the format.
Kernel Find(const Target& target, Operation operation, std::string_view algorithm, Format format) {
  for (const Kernel& kernel : KernelsOf(target, operation)) {
    if (kernel.algorithm == algorithm && kernel.format == format) return kernel;
  }
  throw std::logic_error("no such kernel");
}

TEST_P(Entmax, GivesTheBitsOfSoftmaxEntmax15AndSparsemax) {
  struct Special {
    double alpha;
    Operation operation;
    std::string_view algorithm;
  };
  for (const auto& [alpha, operation, algorithm] : {Special{1, Operation::softmax, "three_pass"},
                                                    {1.5, Operation::entmax15, "newton"},
                                                    {2, Operation::sparsemax, "newton"}}) {
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::entmax)) {
      const Kernel special = Find(GetParam(), operation, algorithm, kernel.format);
      std::uint64_t stream = 0;
      for (const Family& family : Families()) {
        Random random(7, ++stream);
        Parameters parameters;
        parameters.alpha = alpha;
        Row row = Draw(kernel, family, 1 + random.Below(150), random, parameters, {Parameter::alpha});
        const Values y = CallOne(kernel, row);
        row.operation = operation;
        const Values expected = CallOne(special, row);
        for (std::size_t i = 0; i < y.size(); ++i) {
          ASSERT_TRUE(SameBits(y[i], expected[i]))
              << kernel.name << " alpha " << alpha << " " << family.name << " " << i;
        }
      }
    }
  }
}

TEST_P(Entmax, OneElementGetsExactlyOne) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::entmax)) {
    for (const double alpha : {1.0, 1.0625, 1.5, 1.75, 2.0, 3.0, 4.0}) {
      Row row;
      row.operation = kernel.operation;
      row.format = kernel.format;
      row.parameters.alpha = alpha;
      row.x = {-80};
      EXPECT_EQ(CallOne(kernel, row), Values{1.0}) << kernel.name << " " << alpha;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
