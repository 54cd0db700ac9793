#include "validation/law_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "kernels/registry.h"
#include "verify/draw.h"
#include "verify/families.h"

namespace softmax_verify {
namespace {

Kernel Good() {
  const auto kernels = KernelsOf(Targets().front());
  return *std::find_if(kernels.begin(), kernels.end(), [](const Kernel& k) { return k.name == "softmax.three_pass.f32"; });
}

// The last of more than three results is 1 % too large.
Kernel Wrong() {
  Kernel kernel = Good();
  kernel.run = [run = kernel.run](const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const Status status = run(operands, layout, parameters);
    void* const y = operands.Out(Role::y);
    for (std::size_t o = 0; o < layout.outer && layout.axis > 3; ++o) {
      for (std::size_t i = 0; i < layout.inner; ++i) {
        const std::size_t last = o * layout.ldy + (layout.axis - 1) * layout.inner + i;
        Store(Format::f32, y, last, Load(Format::f32, y, last) * 1.01);
      }
    }
    return status;
  };
  return kernel;
}

std::vector<const Law*> AllLaws() {
  std::vector<const Law*> laws;
  for (const Law& law : Laws()) laws.push_back(&law);
  return laws;
}

const LawResult& ResultOf(const std::vector<LawResult>& results, std::string_view law) {
  return *std::find_if(results.begin(), results.end(), [&](const LawResult& r) { return r.law->name == law; });
}

TEST(LawRunTest, GoodKernelPasses) {
  const std::vector<Kernel> kernels = {Good()};
  const std::vector<LawResult> results = RunLaws(kernels, AllLaws(), RandomTrials(1, {}), 10, 0);
  EXPECT_GT(results.size(), 10u);
  for (const LawResult& result : results) {
    EXPECT_NE(result.Judge(), Verdict::failed) << result.law->name;
    EXPECT_EQ(result.held + result.vacuous, 10u) << result.law->name;
  }
}

TEST(LawRunTest, WrongKernelFailsWithAShrunkRowThatFailsAgain) {
  const std::vector<Kernel> kernels = {Wrong()};
  const std::vector<LawResult> results = RunLaws(kernels, {FindLaw("accuracy")}, RandomTrials(1, {}), 20, 0);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].Judge(), Verdict::failed);
  ASSERT_TRUE(results[0].counterexample);
  const Trial& trial = results[0].counterexample->trial;
  EXPECT_EQ(trial.row.x, std::vector<double>(4, 0)) << "the simplest row that shows it";
  EXPECT_EQ(results[0].law->check(kernels[0], Case(trial.row), trial.salt).kind, Outcome::Kind::broken);
  EXPECT_EQ(results[0].law->check(Good(), Case(trial.row), trial.salt).kind, Outcome::Kind::held);
}

TEST(LawRunTest, RefusingAValidRowBreaksTheLaw) {
  Kernel kernel = Good();
  kernel.run = [](const Operands&, const Layout&, const Parameters&) { return Status::out_of_memory; };
  const std::vector<Kernel> kernels = {kernel};
  const std::vector<LawResult> results = RunLaws(kernels, {FindLaw("accuracy")}, RandomTrials(1, {}), 3, 0);
  EXPECT_EQ(results[0].broken, 3u);
}

TEST(LawRunTest, NoTrialThatMeetsTheHypothesisIsMistrusted) {
  Kernel kernel = Good();
  kernel.claim.shifted = false;  // promised only where exp(x) cannot overflow
  const std::vector<Kernel> kernels = {kernel};
  const TrialSource overflow = [](const Law&, const Signature& signature, std::uint64_t) {
    return Trial{Row{signature.operation, signature.format, {1000, 1000}}, 0};
  };
  const std::vector<LawResult> results = RunLaws(kernels, {FindLaw("accuracy")}, overflow, 5, 0);
  EXPECT_EQ(ResultOf(results, "accuracy").Judge(), Verdict::mistrusted);
  EXPECT_EQ(results[0].vacuous, 5u);
}

TEST(LawRunTest, ThreadsDoNotMatter) {
  const std::vector<Kernel> kernels = {Wrong(), Good()};
  const auto one = RunLaws(kernels, AllLaws(), RandomTrials(3, {}), 6, 1);
  const auto two = RunLaws(kernels, AllLaws(), RandomTrials(3, {}), 6, 2);
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].held, two[i].held);
    EXPECT_EQ(one[i].broken, two[i].broken);
    ASSERT_EQ(one[i].counterexample.has_value(), two[i].counterexample.has_value());
    if (!one[i].counterexample) continue;
    EXPECT_EQ(one[i].counterexample->trial.row, two[i].counterexample->trial.row);
  }
}

TEST(LawRunTest, EveryFamilyHasItsTurn) {
  const TrialSource source = RandomTrials(1, {});
  const Signature signature = FullSignature(Operation::softmax, Format::f32);
  std::set<std::uint64_t> salts;
  std::set<std::size_t> lengths;
  for (std::uint64_t index = 0; index < 2 * SyntheticFamilies().size(); ++index) {
    const Trial trial = source(Laws()[0], signature, index);
    salts.insert(trial.salt);
    lengths.insert(trial.row.x.size());
    EXPECT_EQ(trial.row, source(Laws()[0], signature, index).row);
  }
  EXPECT_EQ(salts.size(), 2 * SyntheticFamilies().size());
  EXPECT_GT(lengths.size(), 10u);
}

TEST(LawRunTest, OnlyParametersThatAreGivenAreFixed) {
  const Signature signature = FullSignature(Operation::softmax, Format::f32);
  GivenParameters parameters;
  parameters.values.scale = 0.5;
  parameters.given.Add(Parameter::scale);
  std::set<double> temperatures;
  for (std::uint64_t index = 0; index < 200; ++index) {
    const Parameters drawn = RandomTrials(1, parameters)(Laws()[0], signature, index).row.parameters;
    EXPECT_EQ(drawn.scale, 0.5);
    temperatures.insert(drawn.temperature);
  }
  EXPECT_GT(temperatures.size(), 5u);
}

// For every operation: no trial is much more work than a long row of softmax.
TEST(LawRunTest, HeavyOperationsGetShorterRows) {
  for (const OperationInfo& operation : kOperations) {
    const Signature signature = FullSignature(operation.operation, Format::f32);
    for (std::uint64_t index = 0; index < 50; ++index) {
      const Row row = RandomTrials(1, {})(Laws()[0], signature, index).row;
      EXPECT_LE(WorkOf(operation.operation, row.GetShape().n), 6000) << operation.name;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
