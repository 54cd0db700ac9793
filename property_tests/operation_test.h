// What every operation's test does, on every target: each law over each kernel, on rows that RapidCheck draws and
// shrinks, and before that on the rows kept in cases/<operation>.wc.
//
// An operation's test is SV_TEST_OPERATION and whatever only that operation promises.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_OPERATION_TEST_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_OPERATION_TEST_H_

#include <gtest/gtest.h>

#include <iosfwd>
#include <string>
#include <vector>

#include "kernels/registry.h"
#include "property_tests/laws.h"

namespace softmax_verify {

// How GoogleTest names an instance and prints it when it fails.
void PrintTo(const Target& target, std::ostream* out);
inline std::string NameOf(const testing::TestParamInfo<Target>& info) { return info.param.name; }

// The kernels of one operation.
std::vector<Kernel> KernelsOf(const Target& target, Operation operation);

struct LawTrials {
  Operation operation;
  Target target;
  Law law;
};
void PrintTo(const LawTrials& trials, std::ostream* out);
inline std::string NameOf(const testing::TestParamInfo<LawTrials>& info) {
  return info.param.target.name + "_" + std::string(info.param.law.name);
}
// Every target with every law that covers one of the operation's kernels.
std::vector<LawTrials> LawTrialsOf(Operation operation);
class OperationLaws : public testing::TestWithParam<LawTrials> {};

struct KeptRows {
  Operation operation;
  Target target;
};
void PrintTo(const KeptRows& kept, std::ostream* out);
inline std::string NameOf(const testing::TestParamInfo<KeptRows>& info) { return info.param.target.name; }
std::vector<KeptRows> KeptRowsOf(Operation operation);
class OperationCases : public testing::TestWithParam<KeptRows> {};

// What correct rounding implies: nothing that a result does not depend on changes a bit of it. Compares the operation's
// correctly rounded kernels on the target with those of the first target, and each row with the same row sorted.
void CheckBitsOfEveryTargetAndOrder(const Target& target, Operation operation);

// What correctly rounded kernels make of rows next to ties.
void CheckNextToTies(const Target& target, Operation operation);
// That the operation's kernels called accurate are within so many ulp of the exact results, as is proved.
void CheckAccurate(const Target& target, Operation operation, double ulp);

// The same rows in every run, `trials` of each law, unless RC_PARAMS asks for others ("seed=... max_success=...").
bool SetTrials(int trials);

#define SV_TEST_OPERATION(operation, trials)                                                               \
  [[maybe_unused]] static const bool operation##_trials = softmax_verify::SetTrials(trials);               \
  INSTANTIATE_TEST_SUITE_P(operation, OperationCases, testing::ValuesIn(KeptRowsOf(Operation::operation)), \
                           [](const auto& info) { return NameOf(info); });                                 \
  INSTANTIATE_TEST_SUITE_P(operation, OperationLaws, testing::ValuesIn(LawTrialsOf(Operation::operation)), \
                           [](const auto& info) { return NameOf(info); })

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_OPERATION_TEST_H_
