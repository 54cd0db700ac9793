#include "validation/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "property_tests/trial.h"
#include "reports/special_rows.h"
#include "validation/setting.h"
#include "validation/sweep.h"
#include "verify/probes.h"

namespace softmax_verify {
namespace {

// What a sandbox around a process cannot see.
constexpr std::string_view kOutOfReach = "a process has memory, CPUs and a floating-point environment of its own";
constexpr std::array<Misbehaviour, 5> kUnseenInProcesses = {
    Misbehaviour::out_of_bounds_read, Misbehaviour::out_of_bounds_write, Misbehaviour::input_modified,
    Misbehaviour::fp_environment, Misbehaviour::late_write};

// Laws that others see to, or that nothing in the declaration promises.
std::vector<const Law*> LawsFor(const Setting& setting, const Kernel& kernel,
                                std::vector<std::pair<std::string, std::string>>* left_out) {
  std::vector<const Law*> laws;
  for (const Law& law : Laws()) {
    // The sandbox sees to these in every call, under names of its own (Misbehaviour).
    if (!law.covers(kernel) || law.name == "memory_contract" || law.name == "fp_environment") continue;
    std::string reason;
    if (law.name == "in_place") reason = "the declaration says by itself whether results take the place of an input";
    if (law.name == "alignment" && setting.is_process) reason = kOutOfReach;
    const bool is_nan = law.name == "nan_propagates" || law.name == "attention_nan";
    if (is_nan && !setting.expectations.nan_propagates) reason = "--expect nan=any";
    if (law.name == "determinism" && !setting.expectations.deterministic) reason = "--expect deterministic=no";
    if (reason.empty()) {
      laws.push_back(&law);
    } else if (left_out != nullptr) {
      const std::pair left(std::string(law.name), reason);  // there already, where a misbehaviour has that name
      if (std::find(left_out->begin(), left_out->end(), left) == left_out->end()) left_out->push_back(left);
    }
  }
  return laws;
}

// Optional and further operands are neutral. What comes out is judged by laws.
std::vector<SpecialRowOutcome> TrySpecialRows(const ForeignKernel& foreign) {
  Kernel kernel = foreign.kernels().front();
  kernel.nullable = kernel.operands;
  std::vector<SpecialRowOutcome> outcomes;
  try {
    for (const SpecialResult& result : RunSpecialRows(kernel, foreign.parameters())) {
      outcomes.push_back({std::string(result.row), std::string(result.outcome)});
    }
  } catch (const Inexpressible&) {
    // A kernel for rows of another length.
  }
  return outcomes;
}

}  // namespace

Verdict Validation::Overall() const {
  bool passed = false;
  bool failed = !findings.empty();
  for (const LawResult& law : laws) {
    failed |= law.Judge() == Verdict::failed;
    passed |= law.Judge() == Verdict::passed;
  }
  for (const AccuracySummary& summary : accuracy) {
    failed |= summary.cell.verdict == Verdict::failed;
    failed |= max_ulp && !(summary.cell.ulp.max <= *max_ulp);
  }
  return failed ? Verdict::failed : passed ? Verdict::passed : Verdict::skipped;
}

Validation Validate(const ValidationRequest& request, const std::vector<Kernel>& ours) {
  return Validate(request, SourceOf(request, FindEffort(request.effort)), ours);
}

Validation Validate(const ValidationRequest& request, const FunctionSource& source, const std::vector<Kernel>& ours) {
  Effort effort = FindEffort(request.effort);
  if (request.stop_at_first_failure) effort.budget = 0;
  const Setting setting = Prepare(request, effort, source);
  ForeignKernel& foreign = *setting.foreign;
  foreign.Load();

  Validation validation;
  validation.request = request;
  validation.declaration = setting.declaration;
  validation.max_ulp = setting.expectations.max_ulp;
  validation.kernels = foreign.kernels();
  if (setting.is_process) {
    for (const Misbehaviour kind : kUnseenInProcesses) validation.left_out.emplace_back(Name(kind), kOutOfReach);
    validation.left_out.emplace_back("two CPUs", kOutOfReach);
  }
  RunProbes(&foreign, {.seed = request.seed,
                       .count = effort.probes,
                       .deterministic = setting.expectations.deterministic,
                       .linger = 0.03,
                       .checks_arguments = setting.expectations.checks_arguments,
                       .empty_rows = setting.expectations.empty_rows,
                       .parameters = foreign.parameters(),
                       .fixed = setting.fixed});
  const TrialSource random =
      RandomTrials(request.seed, setting.Given(), setting.declaration.fixed_length, setting.declaration.fixed_depth);
  const TrialSource trials = [&](const Law& law, const Signature& signature, std::uint64_t index) {
    Trial trial = random(law, signature, index);
    setting.UseAlignment(&trial.row);
    return trial;
  };
  validation.findings = foreign.findings();
  const auto is_over = [&] { return request.stop_at_first_failure && validation.Overall() == Verdict::failed; };
  if (is_over()) return validation;
  for (std::size_t k = 0; k < foreign.kernels().size(); ++k) {
    Kernel kernel = foreign.kernels()[k];
    if (k == 0) kernel.claim.correctly_rounded = setting.expectations.correctly_rounded;
    const Kernel& kept = validation.kernels[k];
    const std::vector<Kernel> one = {kernel};
    const std::size_t first = validation.laws.size();
    for (const Law* law : LawsFor(setting, kernel, k == 0 ? &validation.left_out : nullptr)) {
      // One call after another, in one order: the same seed, the same calls.
      for (LawResult& result : RunLaws(one, {law}, trials, effort.trials, 1, effort.budget)) {
        result.kernel = &kept;
        validation.laws.push_back(std::move(result));
      }
      validation.findings = foreign.findings();
      if (is_over()) return validation;
    }
    Sweep sweep = RunSweep(setting, kernel, kept, effort, request.seed, ours);
    for (std::size_t i = first; i < validation.laws.size(); ++i) {
      LawResult& result = validation.laws[i];
      if (sweep.accuracy && result.law == sweep.accuracy->law && result.broken == 0) result = *sweep.accuracy;
    }
    validation.accuracy.push_back(std::move(sweep.summary));
  }
  validation.special_rows = TrySpecialRows(foreign);
  validation.findings = foreign.findings();
  validation.coverage = foreign.coverage();
  for (LawResult& result : validation.laws) {
    validation.calls.emplace_back();
    if (!result.counterexample) continue;
    Counterexample& shown = *result.counterexample;
    validation.calls.back() = RecordLaw(&foreign, *result.kernel, *result.law, shown.trial);
    shown.called = CalledWith(*result.kernel, validation.calls.back(), shown.trial.row);
  }
  if (setting.is_process) {
    validation.coverage.alignments.reset();
    validation.coverage.cpus.clear();
  }
  return validation;
}

Replay ReplayTrial(const ValidationRequest& request, std::string_view operation, std::string_view law,
                   const std::string& row, std::uint64_t salt) {
  Replay replay;
  const auto add = [&](const std::string& what) {
    replay.failed = true;
    replay.what += (replay.what.empty() ? "" : "\n") + what;
  };
  const auto add_findings = [&](const std::map<Misbehaviour, FindingRecord>& findings) {
    for (const auto& [kind, record] : findings) add(fmt::format("{}: {}", Name(kind), record.first.what));
  };
  if (law == kFindings) {
    add_findings(Validate(request).findings);
    return replay;
  }
  const Effort& effort = FindEffort(request.effort);
  const Setting setting = Prepare(request, effort, SourceOf(request, effort));
  ForeignKernel& foreign = *setting.foreign;
  foreign.Load();
  const Law* const known = FindLaw(law);
  const auto kernel = std::find_if(foreign.kernels().begin(), foreign.kernels().end(),
                                   [&](const Kernel& each) { return Name(each.operation) == operation; });
  if (known == nullptr || kernel == foreign.kernels().end()) {
    throw std::invalid_argument(fmt::format("there is no law '{}' of {} here", law, operation));
  }
  const Row again = ParseRow(kernel->operation, kernel->format, kernel->statistics, row);
  const Outcome outcome = TryLaw(*known, *kernel, Case(again), salt);
  if (outcome.kind == Outcome::Kind::broken) add(fmt::format("{}: {}", law, outcome.violation->what));
  add_findings(foreign.findings());
  return replay;
}

}  // namespace softmax_verify
