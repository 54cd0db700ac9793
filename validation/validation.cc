#include "validation/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "property_tests/trial.h"
#include "reports/special_rows.h"
#include "reports/tally.h"
#include "validation/expectations.h"
#include "validation/words.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/foreign_process.h"
#include "verify/probes.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

struct Effort {
  std::string_view name;
  std::uint64_t trials;      // of each law
  std::uint64_t probes;
  std::size_t every_length;  // lengths from 1 on that the sweep tries
  std::size_t longest;
  std::size_t budget;        // rows tried to shrink one
  double seconds;            // for one call
};
constexpr std::array<Effort, 3> kEfforts = {{{"quick", 60, 24, 40, 2500, 150, 3},
                                             {"normal", 400, 96, 140, 65541, 600, 8},
                                             {"thorough", 4000, 400, 600, 200003, 2000, 20}}};

const Effort& FindEffort(const std::string& name) {
  const auto found = std::find_if(kEfforts.begin(), kEfforts.end(), [&](const Effort& effort) { return effort.name == name; });
  if (found == kEfforts.end()) Reject(fmt::format("--effort is '{}'; it must be quick, normal or thorough", name));
  return *found;
}

Sandbox::Limits LimitsOf(const ValidationRequest& request, const Effort& effort) {
  Sandbox::Limits limits{.seconds = effort.seconds};
  if (!request.command.empty()) limits.seconds_to_load = 60;  // an interpreter with its libraries
  return limits;
}

FunctionSource SourceOf(const ValidationRequest& request, const Effort& effort) {
  if (!request.command.empty()) {
    return [command = request.command, limits = LimitsOf(request, effort)](const Declaration& declaration) {
      return StartProcess(command, declaration, limits);
    };
  }
  if (request.library.empty()) {
    Reject("there is neither a library nor a command: the kernel is of the program that tested it");
  }
  return [library = request.library](const Declaration& declaration) { return LoadFunction(library, declaration); };
}

// Everything that a request says, understood.
struct Setting {
  Declaration declaration;
  Expectations expectations;
  std::unique_ptr<ForeignKernel> foreign;
  ParameterSet fixed;  // parameters that no call of the kernel changes
  bool is_process = false;

  GivenParameters Given() const { return {foreign->parameters(), {}}; }
};

Setting Prepare(const ValidationRequest& request, const Effort& effort, const FunctionSource& source) {
  Setting setting;
  setting.is_process = !request.command.empty();
  DeclarationHints hints;
  if (!request.operation.empty()) hints.operation = RequireOperation(request.operation);
  if (!request.dtype.empty()) hints.format = RequireFormat(request.dtype);
  hints.roles = request.roles;
  if (!(request.exp_ulp >= 0.5 && request.exp_ulp <= 1e6)) {
    Reject(fmt::format("--exp-ulp is {:g}; it must be from 0.5 to 1e6", request.exp_ulp));
  }
  for (const auto& [name, text] : request.parameters) RequireKnown("parameter", name, NamesOf(kParameters));
  ParameterTexts texts;
  for (const ParameterInfo& info : kParameters) {
    const auto given = request.parameters.find(std::string(info.name));
    if (given == request.parameters.end()) continue;
    hints.given.Add(info.parameter);
    texts[info.parameter] = given->second;
  }
  setting.declaration = ParseDeclaration(request.declaration, hints);
  Declaration& declaration = setting.declaration;
  Signature& signature = declaration.signature;
  setting.expectations = ReadExpectations(request.expect);
  if (setting.expectations.checks_arguments && declaration.returns != Declaration::Returns::status) {
    Reject(fmt::format("--expect arguments=checked: {} returns no status; what refuses arguments returns an int, 0 for success",
                       declaration.symbol));
  }

  const GivenParameters given = ParseParameters(texts, std::string(Name(signature.operation)),
                                                Info(signature.operation).parameters, Info(signature.format).compute);
  Parameters parameters = given.values;
  for (const ParameterInfo& info : kParameters) {
    if (given.given.Has(info.parameter)) {
      if (declaration.constant.Has(info.parameter)) {
        Reject(fmt::format("{} has a default value in the declaration and is an option as well; one is enough", info.name));
      }
      signature.parameters.Remove(info.parameter);
    } else if (declaration.constant.Has(info.parameter)) {
      SetParameter(ParameterText(declaration.constants, info.parameter), info.parameter, &parameters);
    }
    if (!signature.parameters.Has(info.parameter)) setting.fixed.Add(info.parameter);
  }
  if (declaration.constant.Has(Parameter::causal) && parameters.causal != Causal::none) {
    parameters.causal = setting.expectations.causal;
  }
  const Format compute = setting.expectations.compute.value_or(Info(signature.format).compute);
  Claim claim = ForeignClaim(compute, ParseAccumulation(request.accumulation), request.exp_ulp);
  claim.log1p = setting.expectations.log1p;
  claim.shifted = setting.expectations.shifts;
  claim.scaled_before_shift = !setting.expectations.scales_after_shift;
  claim.faithful = setting.expectations.faithful;
  claim.tile = setting.expectations.tile;
  claim.base_2_lse = setting.expectations.base_2_lse;
  const Operand* const lse = Info(signature.operation).operands.Find(Role::lse);
  const bool has_lse = declaration.extra_lse || (signature.operands.Has(Role::lse) && lse->output);
  if (claim.base_2_lse && !has_lse) Reject(fmt::format("--expect lse_base=2: {} has no lse among its results", declaration.symbol));
  if (claim.accumulation.kind == Accumulation::Kind::native && claim.compute == signature.format) {
    claim.accumulation.kind = Accumulation::Kind::sequential;  // of f32 and f64 they are the same
  }
  // A constant that the arithmetic has to round itself.
  for (const double factor : {parameters.scale, parameters.temperature}) {
    if (!IsRepresentable(claim.compute, factor)) claim.scale_error += 1;
  }
  setting.foreign = std::make_unique<ForeignKernel>(
      [source, plan = declaration] { return source(plan); }, declaration, parameters, setting.expectations.causal,
      claim, setting.expectations.contract, LimitsOf(request, effort));
  return setting;
}

// What a sandbox around a process cannot see.
constexpr std::string_view kOutOfReach = "a process has memory, CPUs and a floating-point environment of its own";
constexpr std::array<Misbehaviour, 5> kUnseenInProcesses = {
    Misbehaviour::out_of_bounds_read, Misbehaviour::out_of_bounds_write, Misbehaviour::input_modified,
    Misbehaviour::fp_environment, Misbehaviour::late_write};

// Laws that others see to, or that nothing in the declaration promises.
std::vector<const Law*> LawsFor(const Setting& setting, const Kernel& kernel,
                                std::vector<std::pair<std::string, std::string>>* left_out) {
  const std::map<std::string_view, std::string_view> others = {
      {"in_place", "the declaration says by itself whether results take the place of an input"},
  };
  std::vector<const Law*> laws;
  for (const Law& law : Laws()) {
    // The sandbox sees to these in every call, under names of its own (Misbehaviour).
    if (!law.covers(kernel) || law.name == "memory_contract" || law.name == "fp_environment") continue;
    std::string reason;
    if (const auto other = others.find(law.name); other != others.end()) reason = other->second;
    const bool is_of_memory = law.name == "memory_contract" || law.name == "fp_environment" || law.name == "alignment";
    if (setting.is_process && is_of_memory) reason = kOutOfReach;
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

// Causal rows are asked for with the one alignment that the kernel has.
void UseAlignment(const Setting& setting, Row* row) {
  if (row->parameters.causal == Causal::none || setting.fixed.Has(Parameter::causal)) return;
  row->parameters.causal = setting.expectations.causal;
}

// Row `index` of the sweep: every length from 1 on, those around powers of two, and beyond 65 536 where rows can be so long.
// Of a kernel for one length as many rows of it. Last a ladder of lengths, for rows of equal logits: a sum in bf16 sticks at
// 256, one in f16 at 2048.
struct SweepPlan {
  std::vector<std::size_t> lengths;
  std::size_t ladder;  // how many of them
};
SweepPlan SweepLengths(const Effort& effort, Operation operation, std::size_t fixed) {
  if (fixed > 0) return {std::vector<std::size_t>(effort.every_length, fixed), 0};
  std::vector<std::size_t> lengths;
  for (std::size_t n = 1; n <= effort.every_length; ++n) lengths.push_back(n);
  for (std::size_t power = 128; power <= effort.longest; power *= 2) {
    for (const std::size_t n : {power - 1, power, power + 1}) {
      if (n > effort.every_length && n <= effort.longest) lengths.push_back(n);
    }
  }
  lengths.push_back(effort.longest);
  const double most = static_cast<double>(effort.longest);
  std::erase_if(lengths, [&](std::size_t n) { return WorkOf(operation, n) > most; });
  const std::size_t without = lengths.size();
  for (std::size_t n = 384; n <= effort.longest && WorkOf(operation, n) <= most; n *= 2) lengths.push_back(n);
  return {lengths, lengths.size() - without};
}

Row SweepRow(const Setting& setting, const Kernel& kernel, std::uint64_t seed, std::size_t index, std::size_t n, bool is_constant) {
  Random random(seed, HashOf(fmt::format("sweep.{}.{}", Name(kernel.operation), index)));
  constexpr std::array<std::string_view, 4> kUsual = {"normal_1", "constant", "normal_10", "uniform_10"};
  const std::span<const Family> families = Families();
  const Family* family = index % 2 == 0 ? FindFamily(kUsual[index / 2 % kUsual.size()]) : &families[index / 2 % families.size()];
  if (family->special) family = FindFamily("normal_1");
  if (is_constant) family = FindFamily("constant");
  Row row = Draw(kernel, *family, n, random, setting.foreign->parameters(), setting.fixed,
                 setting.declaration.fixed_depth);
  UseAlignment(setting, &row);
  return row;
}

// Whether all results of a row are within the standard tolerances of torch.testing.assert_close.
bool MeetsTorchDefaults(const Yardstick& row, const Values& results) {
  constexpr std::array<std::pair<double, double>, 4> kTolerances = {  // rtol, atol, by format
      {{1.3e-6, 1e-5}, {1e-3, 1e-5}, {1.6e-2, 1e-5}, {1e-7, 1e-7}}};
  const std::vector<reference::Enclosure>& exact = row.reference.exact();
  for (std::size_t e = 0; e < results.size(); ++e) {
    const auto [rtol, atol] = kTolerances[static_cast<std::size_t>(row.formats[e])];
    const double expected = exact[e].Approximate();
    if (SameBits(expected, results[e]) || expected == results[e]) continue;
    if (!(std::abs(results[e] - expected) <= atol + rtol * std::abs(expected))) return false;
  }
  return true;
}

// A law's result for rows that are beyond what laws draw.
struct Sweep {
  AccuracySummary summary;
  std::optional<LawResult> accuracy;  // where a row broke it
};

Sweep RunSweep(const Setting& setting, const Kernel& kernel, const Kernel& kept, const Effort& effort, std::uint64_t seed,
               const std::vector<Kernel>& ours) {
  // Results once for each row, so that every class is measured by the same.
  struct Answer {
    std::unique_ptr<Yardstick> row;
    Values results;
  };
  std::vector<Answer> answers;
  Sweep sweep;
  sweep.summary.kernel = Name(kernel.operation);
  const Law& law = *FindLaw("accuracy");
  const auto [lengths, ladder] = SweepLengths(effort, kernel.operation, setting.declaration.fixed_length);
  for (std::size_t index = 0; index < lengths.size(); ++index) {
    Row row = SweepRow(setting, kernel, seed, index, lengths[index], index + ladder >= lengths.size());
    try {
      Values results = CallOne(kernel, row);
      auto yardstick = std::make_unique<Yardstick>(std::move(row), index);
      const std::vector<reference::Enclosure>& exact = yardstick->reference.exact();
      bool is_measured = true;  // as numbers
      for (std::size_t e = 0; e < results.size(); ++e) {
        is_measured &= std::isfinite(results[e]) || !std::isfinite(exact[e].Approximate());
      }
      if (!is_measured && CheckAccuracy(kernel, yardstick->reference, results).kind != Outcome::Kind::broken) {
        ++sweep.summary.not_numbers;
        continue;
      }
      answers.push_back({std::move(yardstick), std::move(results)});
    } catch (const Inexpressible&) {
    } catch (const Interrupted&) {
    }
  }
  Kernel again = kernel;  // answers as it did, whatever memory it is given
  const Answer* current = nullptr;
  again.run = [&](const Operands& operands, const Layout&, const Parameters&) {
    std::size_t next = 0;
    for (const Part& part : PartsOf(current->row->reference.row())) {
      for (std::size_t i = 0; i < part.count; ++i) Store(part.format, operands.Out(part.role), i, current->results[next++]);
    }
    return Status::ok;
  };
  const auto measure = [&](const Accumulation& accumulation) {
    again.claim.accumulation = accumulation;
    again.claim.products = accumulation;
    Tally tally;
    for (const Answer& answer : answers) {
      current = &answer;
      tally.Add(again, *answer.row);
    }
    Cell cell;
    tally.Finish(&cell);
    return cell;
  };
  AccuracySummary& summary = sweep.summary;
  summary.cell = measure(kernel.claim.accumulation);
  summary.rows = answers.size();
  for (const Answer& answer : answers) {
    summary.torch_defaults &= MeetsTorchDefaults(*answer.row, answer.results);
    const std::size_t n = answer.row->reference.row().GetShape().n;
    summary.shortest = summary.shortest == 0 ? n : std::min(summary.shortest, n);
    summary.longest = std::max(summary.longest, n);
  }
  const auto own = std::find_if(ours.begin(), ours.end(), [&](const Kernel& candidate) {
    const bool is_ordinary = candidate.claim.shifted && candidate.claim.accumulation.kind != Accumulation::Kind::native;
    return is_ordinary && candidate.operation == kernel.operation && candidate.format == kernel.format &&
           candidate.statistics == kernel.statistics;
  });
  if (own != ours.end()) {
    Tally tally;
    for (const Answer& answer : answers) tally.Add(*own, *answer.row);
    Cell cell;
    tally.Finish(&cell);
    summary.within_twice_ours = summary.cell.ulp.max <= 2 * cell.ulp.max;
  }
  summary.tightest = "none";
  for (const std::string_view name : {"wide", "compensated", "pairwise", "lanes:16", "lanes", "sequential", "native"}) {
    const bool is_16_bit = Info(kernel.format).bytes == 2;
    if ((name == "wide" && kernel.format == Format::f64) || (name == "native" && !is_16_bit)) continue;
    const Cell cell = measure(ParseAccumulation(name));
    if (cell.verdict == Verdict::failed || cell.count == 0) continue;
    summary.tightest = name;
    break;
  }
  if (summary.cell.verdict != Verdict::failed) return sweep;
  // The first row that breaks it, made simple.
  for (const Answer& answer : answers) {
    if (CheckAccuracy(kernel, answer.row->reference, answer.results).kind != Outcome::Kind::broken) continue;
    const std::vector<Kernel> one = {kernel};
    std::vector<LawResult> results = RunLaws(one, {&law}, [&](const Law&, const Signature&, std::uint64_t) {
      return Trial{answer.row->reference.row(), 0};
    }, 1, 1, effort.budget);
    results.front().kernel = &kept;
    sweep.accuracy = std::move(results.front());
    break;
  }
  return sweep;
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
    UseAlignment(setting, &trial.row);
    return trial;
  };
  validation.findings = foreign.findings();
  const auto is_over = [&] { return request.stop_at_first_failure && validation.Overall() == Verdict::failed; };
  if (is_over()) return validation;
  for (std::size_t k = 0; k < foreign.kernels().size(); ++k) {
    const Kernel& kernel = foreign.kernels()[k];
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
    Reject(fmt::format("there is no law '{}' of {} here", law, operation));
  }
  const Row again = ParseRow(kernel->operation, kernel->format, kernel->statistics, row);
  const Outcome outcome = TryLaw(*known, *kernel, Case(again), salt);
  if (outcome.kind == Outcome::Kind::broken) add(fmt::format("{}: {}", law, outcome.violation->what));
  add_findings(foreign.findings());
  return replay;
}

}  // namespace softmax_verify
