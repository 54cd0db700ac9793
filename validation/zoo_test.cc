// Kernels that misbehave, through the front door: each is FAILED for what it does, and this process lives on.
#include "property_tests/zoo.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "validation/validation.h"

namespace softmax_verify {
namespace {

ValidationRequest RequestFor(const Wild& wild) {
  ValidationRequest request;
  request.library = wild.on_load ? SV_WILD_ON_LOAD : SV_WILD;
  request.declaration = DeclarationOf(wild);
  request.effort = "quick";
  return request;
}

class Zoo : public testing::TestWithParam<Wild> {};
INSTANTIATE_TEST_SUITE_P(Wild, Zoo, testing::ValuesIn(AllWild()),
                         [](const auto& info) { return fmt::format("{}_{}", info.index, info.param.name); });

TEST_P(Zoo, FailsForWhatItDoes) {
  const Wild& wild = GetParam();
  if (!CanShow(wild)) GTEST_SKIP() << "there is one CPU";
  const Validation validation = Validate(RequestFor(wild));
  const bool is_good = wild.name == std::string_view("well_behaved") && !wild.on_load;
  EXPECT_EQ(Name(validation.Overall()), Name(is_good ? Verdict::passed : Verdict::failed));
  std::string said;
  for (const auto& [kind, record] : validation.findings) {
    EXPECT_TRUE(wild.kinds.contains(kind) || wild.also.contains(kind)) << Name(kind) << ": " << record.first.what;
    said += record.first.what + "; ";
  }
  for (const Misbehaviour kind : wild.kinds) {
    EXPECT_TRUE(validation.findings.contains(kind)) << Name(kind) << ", not " << said;
  }
  EXPECT_NE(said.find(wild.what), std::string::npos) << said;
  const bool is_wrong = std::any_of(validation.laws.begin(), validation.laws.end(),
                                    [](const LawResult& law) { return law.broken > 0; });
  EXPECT_TRUE(is_good || is_wrong || !wild.kinds.empty()) << "neither misbehaves nor gives wrong numbers";
}

TEST(ZooTest, EveryMisbehaviourIsThereAndManyKernels) {
  std::set<Misbehaviour> kinds;
  std::size_t hostile = 0;
  for (const Wild& wild : AllWild()) {
    kinds.insert(wild.kinds.begin(), wild.kinds.end());
    hostile += !wild.kinds.empty();
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(kMisbehaviours) - 1) << "all but malformed_reply, of other processes";
  EXPECT_GE(hostile, 32u);
}

// --expect arguments=checked and columns=any ask for more than everybody's kernels keep.
TEST(ZooTest, FurtherPromisesAreKeptOrFailed) {
  const auto validate = [](const char* declaration, const std::map<std::string, std::string>& expect) {
    ValidationRequest request;
    request.library = SV_TAME;
    request.declaration = declaration;
    request.expect = expect;
    request.effort = "quick";
    request.stop_at_first_failure = true;
    return Validate(request);
  };
  const char* const plain = "void tame_softmax(const float* x, float* y, size_t rows, size_t cols)";
  EXPECT_EQ(Name(validate(plain, {{"columns", "any"}}).Overall()), "PASSED");
  EXPECT_THROW(validate(plain, {{"arguments", "checked"}}), std::invalid_argument) << "it returns no status";
  const char* const scaled =
      "int tame_softmax_strided(const float* x, size_t ldx, float* y, size_t ldy, int64_t rows, int64_t cols, float scale)";
  EXPECT_EQ(Name(validate(scaled, {}).Overall()), "PASSED");
  const Validation checked = validate(scaled, {{"arguments", "checked"}});
  ASSERT_TRUE(checked.findings.contains(Misbehaviour::status));
  EXPECT_NE(checked.findings.at(Misbehaviour::status).first.what.find("returned 0 for scale = inf"), std::string::npos);
}

}  // namespace
}  // namespace softmax_verify
