// entmax_backward on every target: the laws, and what is promised of our kernel beyond them.
#include <gtest/gtest.h>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "verify/draw.h"
#include "verify/families.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(entmax_backward, 100);

class EntmaxBackward : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, EntmaxBackward, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(EntmaxBackward, GivesTheBitsOfEntmax15AndSparsemax) {
  struct Special {
    double alpha;
    Operation operation;
  };
  for (const auto& [alpha, operation] :
       {Special{1.5, Operation::entmax15_backward}, {2, Operation::sparsemax_backward}}) {
    const std::vector<Kernel> specials = KernelsOf(GetParam(), operation);
    for (const Kernel& kernel : KernelsOf(GetParam(), Operation::entmax_backward)) {
      for (const Kernel& special : specials) {
        if (special.format != kernel.format) continue;
        std::uint64_t stream = 0;
        for (const Family& family : Families()) {
          Random random(7, ++stream);
          Parameters parameters;
          parameters.alpha = alpha;
          Row row = Draw(kernel, family, 1 + random.Below(150), random, parameters, {Parameter::alpha});
          const Values dx = CallOne(kernel, row);
          row.operation = operation;
          const Values expected = CallOne(special, row);
          for (std::size_t i = 0; i < dx.size(); ++i) {
            ASSERT_TRUE(SameBits(dx[i], expected[i])) << kernel.name << " alpha " << alpha << " " << family.name;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
