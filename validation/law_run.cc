#include "validation/law_run.h"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <thread>
#include <utility>

#include "reports/progress.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/foreign_kernel.h"
#include "verify/random.h"
#include "verify/shrink.h"

namespace softmax_verify {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// No row is much more work than the longest of softmax.
std::size_t RandomLength(Operation operation, Random& random) {
  constexpr std::size_t kLongest = 1500;
  const auto any = [&]() -> std::size_t {
    switch (random.Below(8)) {
      case 0:
        return 1 + random.Below(4);
      case 1:
        return 1 + random.Below(kLongest);
      case 2:
        return 1 + random.Below(300);
      default:
        return 1 + random.Below(70);
    }
  };
  std::size_t n = any();
  while (WorkOf(operation, n) > 4 * kLongest) n = any();
  return n;
}

// The kernels that a law tries on the same rows.
struct Group {
  Signature signature;
  const Law* law;
  std::vector<LawResult*> results;
};

struct Broken {
  LawResult* result;
  Trial trial;
  Violation violation;
};

// The parameters that the kernel does not take are those that it has built in.
bool KeepsConstants(const Signature& signature, const Row& row, const Row& simpler) {
  return std::all_of(kParameters.begin(), kParameters.end(), [&](const ParameterInfo& info) {
    return signature.parameters.Has(info.parameter) ||
           ParameterText(row.parameters, info.parameter) == ParameterText(simpler.parameters, info.parameter);
  });
}

void Shrink(const Broken& broken, std::size_t budget) {
  LawResult& result = *broken.result;
  // Of a kernel that does not answer alike every time the last violation seen is the one to show.
  Violation violation = broken.violation;
  const Row row = softmax_verify::Shrink(
      broken.trial.row,
      [&](const Row& candidate) {
        if (!KeepsConstants(*result.kernel, broken.trial.row, candidate)) return false;
        const Outcome outcome = TryLaw(*result.law, *result.kernel, Case(candidate), broken.trial.salt);
        if (outcome.kind == Outcome::Kind::broken) violation = *outcome.violation;
        return outcome.kind == Outcome::Kind::broken;
      },
      budget);
  result.counterexample = Counterexample{{row, broken.trial.salt}, violation, ""};
}

}  // namespace

Outcome TryLaw(const Law& law, const Kernel& kernel, const Case& row, std::uint64_t salt) {
  try {
    return law.check(kernel, row, salt);
  } catch (const Inexpressible&) {
    return {Outcome::Kind::vacuous, std::nullopt};
  } catch (const Interrupted&) {  // a finding, which is told elsewhere
    return {Outcome::Kind::vacuous, std::nullopt};
  } catch (const std::runtime_error& error) {  // the kernel refused valid arguments
    return {Outcome::Kind::broken, Violation{error.what(), 0, kNaN, kNaN, kNaN, kNaN}};
  }
}

Verdict LawResult::Judge() const {
  if (broken > 0) return Verdict::failed;
  return held == 0 ? Verdict::mistrusted : Verdict::passed;
}

TrialSource RandomTrials(std::uint64_t seed, const GivenParameters& parameters, std::size_t length, std::size_t depth) {
  return [=](const Law& law, const Signature& signature, std::uint64_t index) {
    const auto [operation, format] = std::pair(signature.operation, signature.format);
    Random random(seed, HashOf(fmt::format("{}.{}.{}.{}", law.name, Name(operation), Name(format), index)));
    const std::span<const Family> families = SyntheticFamilies();
    const Family* own = FindFamily(law.family);
    const Family& family = own != nullptr && index % 2 == 0 ? *own : families[(index / 2) % families.size()];
    const std::size_t n = length > 0 ? length : RandomLength(operation, random);
    Row row = Draw(signature, family, n, random, parameters.values, parameters.given, depth);
    return Trial{std::move(row), random.Bits()};
  };
}

std::vector<LawResult> RunLaws(const std::vector<Kernel>& kernels, const std::vector<const Law*>& laws,
                               const TrialSource& source, std::uint64_t trials, std::size_t threads, std::size_t budget) {
  const tbb::global_control limit(
      tbb::global_control::max_allowed_parallelism,
      std::max<std::size_t>(threads > 0 ? threads : std::thread::hardware_concurrency(), 1));

  std::vector<LawResult> results;
  for (const Kernel& kernel : kernels) {
    for (const Law* law : laws) {
      if (law->covers(kernel)) results.push_back({&kernel, law, 0, 0, 0, std::nullopt});
    }
  }
  std::vector<Group> groups;
  for (LawResult& result : results) {
    const auto belongs = [&](const Group& group) {
      return group.law == result.law && group.signature == *result.kernel;
    };
    auto group = std::find_if(groups.begin(), groups.end(), belongs);
    if (group == groups.end()) {
      groups.push_back({*result.kernel, result.law, {}});
      group = groups.end() - 1;
    }
    group->results.push_back(&result);
  }

  // Every result belongs to one group, and a group to one task.
  std::vector<std::vector<Broken>> broken(groups.size());
  {
    Progress progress("trials", trials * results.size());
    tbb::parallel_for(std::size_t{0}, groups.size(), [&](std::size_t g) {
      const Group& group = groups[g];
      for (std::uint64_t index = 0; index < trials; ++index) {
        const Trial trial = source(*group.law, group.signature, index);
        const Case row(trial.row);
        for (LawResult* result : group.results) {
          const Outcome outcome = TryLaw(*group.law, *result->kernel, row, trial.salt);
          result->held += outcome.kind == Outcome::Kind::held;
          result->vacuous += outcome.kind == Outcome::Kind::vacuous;
          if (outcome.kind == Outcome::Kind::broken && result->broken++ == 0) {
            broken[g].push_back({result, trial, *outcome.violation});
          }
        }
        progress.Add(group.results.size());
      }
    });
  }
  for (const std::vector<Broken>& part : broken) {
    tbb::parallel_for(std::size_t{0}, part.size(), [&](std::size_t i) { Shrink(part[i], budget); });
  }
  return results;
}

}  // namespace softmax_verify
