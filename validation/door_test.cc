// The front door, tested: the corpus as a library of C functions, each with its declaration, through Validate. Every
// mutant is rejected, every lawful kernel accepted, and what answers by accident passes nowhere.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "property_tests/children.h"
#include "property_tests/door.h"
#include "validation/validation.h"

namespace softmax_verify {
namespace {

using Kind = DoorKernel::Kind;
constexpr double kSeconds = 300;

// --- What is said of a kernel ---------------------------------------------------------------------------------------

std::string TextOf(const Accumulation& accumulation) {
  using A = Accumulation::Kind;
  switch (accumulation.kind) {
    case A::lanes:
      return fmt::format("lanes:{}", accumulation.parameter);
    case A::pairwise:
      return fmt::format("pairwise:{}", accumulation.parameter);
    case A::compensated:
      return "compensated";
    case A::wide:
      return "wide";
    case A::native:
      return "native";
    default:
      return "sequential";
  }
}

// All of its claim and contract that the options can say; what they cannot is wider.
ValidationRequest RequestFor(const DoorKernel& door, const DoorFunction& function) {
  const auto& [claim, contract] = std::pair(door.kernel.claim, door.kernel.contract);
  ValidationRequest request;
  request.library = SV_DOOR_LIBRARY;
  request.declaration = function.declaration;
  request.operation = Name(door.kernel.operation);
  if (Info(door.kernel.format).bytes == 2) request.dtype = Name(door.kernel.format);
  const bool sums_alike = TextOf(claim.products) == TextOf(claim.accumulation);
  const bool has_products = Info(door.kernel.operation).operands.Find(Role::q) != nullptr;
  request.accumulation = has_products && !sums_alike ? "sequential" : TextOf(claim.accumulation);
  request.exp_ulp = claim.exp_error / 2;
  const auto expect = [&](const char* key, std::initializer_list<const char*> values, auto which) {
    request.expect[key] = values.begin()[static_cast<std::size_t>(which)];
  };
  expect("all_neg_inf", {"any", "nan", "zero"}, contract.all_neg_inf);
  expect("pos_inf", {"any", "nan", "one_hot"}, contract.pos_inf);
  expect("subnormals", {"any", "gradual", "flush"}, contract.subnormals);
  expect("equal_inputs", {"any", "identical"}, contract.identical_equal_inputs);
  expect("rounding", {"nearest", "any", "correct"}, claim.correctly_rounded ? 2 : claim.faithful);
  expect("scaling", {"after_shift", "any"}, claim.scaled_before_shift);
  expect("columns", {"any"}, 0);
  expect("arguments", {"checked"}, 0);
  if (!claim.shifted) request.expect["shift"] = "none";
  if (claim.tile) request.expect["tile"] = Name(*claim.tile);
  if (claim.log1p) request.expect["logarithm"] = "log1p";
  // Logits that are scaled in f32 and go on in f64 are no arithmetic of f64.
  if (claim.compute != Info(door.kernel.format).compute && claim.scale_error <= Claim().scale_error) {
    request.expect["arithmetic"] = Name(claim.compute);
  }
  request.expect["causal"] = function.causal == Causal::top_left ? "top_left" : "bottom_right";
  return request;
}

// Lawful kernels that answer dense rows alone have no other form.
constexpr std::string_view kDenseAlone[] = {"softmax.dense_rows_only"};

std::string NameOf(const DoorKernel& door) {
  return fmt::format("{}.{}", Name(door.kernel.operation), door.kernel.algorithm);
}

std::vector<DoorFunction> FormsOf(const DoorKernel& door) {
  std::vector<DoorFunction> functions = FunctionsOf(door);
  if (std::find(std::begin(kDenseAlone), std::end(kDenseAlone), NameOf(door)) != std::end(kDenseAlone)) {
    std::erase_if(functions, [](const auto& function) { return function.form == "strided" || function.form == "axis"; });
  }
  return functions;
}

// --- Verdicts -------------------------------------------------------------------------------------------------------

// Of what FAILED also why, in a child.
Answer Judge(const DoorKernel& door, const DoorFunction& function, const std::string& effort, bool says_shift = true) {
  return Ask(
      [&]() -> std::string {
        ValidationRequest request = RequestFor(door, function);
        if (!says_shift) request.expect.erase("shift");
        request.effort = effort;
        request.stop_at_first_failure = true;
        try {
          const Validation validation = Validate(request);
          std::string text(Name(validation.Overall()));
          for (const auto& [kind, record] : validation.findings) {
            text += fmt::format(" {}: {};", Name(kind), record.first.what);
          }
          for (const LawResult& law : validation.laws) {
            if (law.broken > 0) text += fmt::format(" {}: {};", law.law->name, law.counterexample->violation.what);
          }
          return fmt::format("{} ({}, --effort {})", text, function.form, effort);
        } catch (const std::exception& error) {
          return fmt::format("no verdict: {}: {}", function.declaration, error.what());
        }
      },
      kSeconds);
}
bool Is(const Answer& answer, Verdict verdict) { return !answer.died && answer.text.starts_with(Name(verdict)); }

// Rejected in one of its forms: the last answer. Some need a lucky row, or a long one.
Answer Reject(const DoorKernel& door) {
  Answer answer;
  for (const char* effort : {"quick", "normal", "thorough"}) {
    for (const DoorFunction& function : FormsOf(door)) {
      answer = Judge(door, function, effort);
      if (!Is(answer, Verdict::passed)) return answer;
    }
  }
  return answer;
}

// --- The tests ------------------------------------------------------------------------------------------------------

// Everything is much work. In turns: of each kernel one format, of those that are to be accepted in one form, all
// formats and forms having their turn; kernels by accident in all formats, in one form.
enum class Extent { in_turns, whole };

struct Campaign {
  Operation operation;
  Extent extent;
};
void PrintTo(const Campaign& campaign, std::ostream* out) { *out << Name(campaign.operation); }

class Door : public testing::TestWithParam<Campaign> {
 protected:
  static bool IsWhole() { return GetParam().extent == Extent::whole; }

  static std::vector<const DoorKernel*> Kernels(Kind kind) {
    std::vector<const DoorKernel*> kernels;
    for (const DoorKernel& door : DoorKernels()) {
      const bool is_asked = door.kind == kind && door.kernel.operation == GetParam().operation;
      if (is_asked && door.equivalent.empty()) kernels.push_back(&door);
    }
    if (IsWhole() || kind == Kind::accident) return kernels;
    std::map<std::string, std::vector<const DoorKernel*>> formats;
    for (const DoorKernel* door : kernels) formats[door->kernel.algorithm].push_back(door);
    std::vector<const DoorKernel*> some;
    for (const auto& [algorithm, of_one] : formats) some.push_back(of_one[some.size() % of_one.size()]);
    return some;
  }

  // All pairs, or one of each kernel.
  static std::vector<std::pair<const DoorKernel*, DoorFunction>> Pairs(const std::vector<const DoorKernel*>& kernels) {
    std::vector<std::pair<const DoorKernel*, DoorFunction>> pairs;
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      const std::vector<DoorFunction> forms = FormsOf(*kernels[i]);
      for (std::size_t f = 0; f < forms.size(); ++f) {
        if (IsWhole() || (i / kFormats.size() + i) % forms.size() == f) pairs.emplace_back(kernels[i], forms[f]);
      }
    }
    return pairs;
  }
};

std::vector<Campaign> Campaigns(Extent extent) {
  std::vector<Campaign> campaigns;
  for (const OperationInfo& info : kOperations) campaigns.push_back({info.operation, extent});
  return campaigns;
}
std::string NameOfCampaign(const testing::TestParamInfo<Campaign>& info) {
  return std::string(Name(info.param.operation));
}
INSTANTIATE_TEST_SUITE_P(InTurns, Door, testing::ValuesIn(Campaigns(Extent::in_turns)), NameOfCampaign);
INSTANTIATE_TEST_SUITE_P(Whole, Door, testing::ValuesIn(Campaigns(Extent::whole)), NameOfCampaign);

TEST_P(Door, EveryMutantIsRejected) {
  const std::vector<const DoorKernel*> mutants = Kernels(Kind::mutant);
  std::vector<Answer> answers(mutants.size());
  ForEach(mutants.size(), [&](std::size_t i) {
    answers[i] = Reject(*mutants[i]);
  });
  std::size_t rejected = 0;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    EXPECT_TRUE(Is(answers[i], Verdict::failed)) << mutants[i]->kernel.name << ": " << answers[i].text;
    rejected += Is(answers[i], Verdict::failed);
  }
  fmt::print("{}: rejected {} of {} mutants through the door\n", Name(GetParam().operation), rejected, mutants.size());
}

TEST_P(Door, EveryLawfulKernelIsAccepted) {
  const auto pairs = Pairs(Kernels(Kind::lawful));
  std::vector<Answer> answers(pairs.size());
  ForEach(pairs.size(), [&](std::size_t i) { answers[i] = Judge(*pairs[i].first, pairs[i].second, "quick"); });
  std::map<std::string, bool> accepted;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const DoorKernel& door = *pairs[i].first;
    const bool good = Is(answers[i], Verdict::passed);
    EXPECT_TRUE(good) << door.kernel.name << ": " << answers[i].text;
    bool& all = accepted.try_emplace(door.kernel.name, true).first->second;
    all = all && good;
  }
  const auto good = std::count_if(accepted.begin(), accepted.end(), [](const auto& each) { return each.second; });
  fmt::print("{}: accepted {} of {} lawful kernels through the door, in {} forms\n", Name(GetParam().operation), good,
             accepted.size(), pairs.size());
}

// Nothing passes that writes nothing, or zeros, or its input.
TEST_P(Door, NothingIsAcceptedByAccident) {
  const auto pairs = Pairs(Kernels(Kind::accident));
  EXPECT_GE(pairs.size(), 4 * kFormats.size());
  std::vector<Answer> answers(pairs.size());
  ForEach(pairs.size(), [&](std::size_t i) { answers[i] = Judge(*pairs[i].first, pairs[i].second, "quick"); });
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_TRUE(Is(answers[i], Verdict::failed)) << pairs[i].first->kernel.name << ": " << answers[i].text;
  }
}

// They overflow on finite logits, or are off by u |m| where all logits lie near m.
TEST(DoorTest, KernelsWithoutAShiftHaveToSaySo) {
  std::size_t rejected = 0;
  for (const DoorKernel& door : DoorKernels()) {
    if (door.kind != Kind::lawful || door.kernel.claim.shifted) continue;
    const Answer answer = Judge(door, FormsOf(door).front(), "quick", false);
    EXPECT_TRUE(Is(answer, Verdict::failed)) << door.kernel.name << ": " << answer.text;
    ++rejected;
  }
  EXPECT_GE(rejected, 3 * kFormats.size());
}

TEST(DoorTest, ExceptionsAreKernelsOfTheCorpus) {
  std::set<std::string> names;
  for (const DoorKernel& door : DoorKernels()) names.insert(NameOf(door));
  for (const std::string_view name : kDenseAlone) EXPECT_TRUE(names.contains(std::string(name))) << name;
}

}  // namespace
}  // namespace softmax_verify
