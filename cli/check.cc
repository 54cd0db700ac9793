// softmax-verify check: our kernels against their claims and every law.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/law_run.h"
#include "reports/npy.h"
#include "reports/numbers.h"
#include "reports/rows.h"
#include "verify/families.h"

namespace softmax_verify::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFailuresShown = 20;
constexpr std::uint64_t kLongestRow = 1 << 24;
// Longer rows are drawn again rather than typed.
constexpr std::size_t kLongestTypedRow = 200;

struct Options {
  Selection selection;
  ParameterOptions parameters;
  std::vector<std::string> laws;
  std::uint64_t trials = 100;
  // At most one of these sources of a single row.
  std::string x;
  std::string family;
  std::string input;
  std::size_t n = 0;
  std::uint64_t sample = 0;
  std::optional<std::uint64_t> salt;
  CommonOptions common;
};

std::vector<const Law*> SelectLaws(const std::vector<std::string>& names) {
  std::vector<const Law*> laws;
  std::vector<std::string> known;
  for (const Law& law : Laws()) {
    known.emplace_back(law.name);
    if (names.empty() || std::find(names.begin(), names.end(), law.name) != names.end()) laws.push_back(&law);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw std::invalid_argument(
        fmt::format("no law is called '{}'{}; 'softmax-verify list laws' shows all", name, DidYouMean(name, known)));
  }
  return laws;
}

// The one row that the options name, in each format; nothing where rows are to be random.
std::function<Row(Operation, Format)> SingleRow(const Options& options, const std::vector<Kernel>& kernels,
                                                const Parameters& parameters) {
  if (!options.x.empty()) {
    for (const Kernel& kernel : kernels) ParseLogits(kernel.format, options.x, "--x");
    return [&options, parameters](Operation operation, Format format) {
      return Row{operation, format, ParseLogits(format, options.x, "--x"), parameters};
    };
  }
  if (!options.family.empty()) {
    const Family* family = FindFamily(options.family);
    std::vector<std::string> known;
    for (const Family& each : Families()) known.emplace_back(each.name);
    if (family == nullptr) {
      throw std::invalid_argument(fmt::format("no family is called '{}'{}; 'softmax-verify list families' shows all",
                                              options.family, DidYouMean(options.family, known)));
    }
    return [&options, family, parameters](Operation operation, Format format) {
      return DrawRow(options.common.seed, operation, format, *family, options.n, options.sample, parameters);
    };
  }
  if (!options.input.empty()) {
    const auto logits = std::make_shared<const Matrix>(ReadNpyFile(options.input));
    for (const Kernel& kernel : kernels) RequireLogits(*logits, kernel.format);
    if (options.sample >= logits->rows) {
      throw std::invalid_argument(fmt::format("--sample {} is beyond the {} rows of {}, counted from 0", options.sample,
                                              logits->rows, options.input));
    }
    return [&options, logits, parameters](Operation operation, Format format) {
      return InputRow(*logits, operation, format, options.sample, parameters);
    };
  }
  return nullptr;
}

// A command that shows the counterexample again.
std::string Again(const Options& options, const LawResult& result) {
  const Trial& trial = result.counterexample->trial;
  std::string command = fmt::format("softmax-verify check {} --target {} --law {}", result.kernel->name,
                                    result.kernel->target, result.law->name);
  const Parameters& parameters = trial.row.parameters;
  if (parameters.scale != 1) command += " --scale " + HexFloat(parameters.scale);
  if (parameters.temperature != 1) command += " --temperature " + HexFloat(parameters.temperature);
  if (trial.row.x.size() <= kLongestTypedRow) {
    return fmt::format("{} --salt {} --x={}", command, trial.salt, HexRow(trial.row.x));
  }
  return fmt::format("{} --seed {} --trials {}", command, options.common.seed, options.trials);
}

std::string FailureBlock(const Options& options, const LawResult& result) {
  const auto& [trial, violation] = *result.counterexample;
  return fmt::format("FAILED  {}  {}  n={}  {}: {}\n        x = {}\n        again: {}\n", result.kernel->name,
                     result.kernel->target, trial.row.x.size(), result.law->name, violation.what, ToString(trial.row),
                     Again(options, result));
}

// One line a kernel and target, a block for each law that failed, and the verdict.
std::string Text(const Options& options, const std::vector<LawResult>& results, Verdict overall) {
  std::string text;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < results.size();) {
    const Kernel* kernel = results[i].kernel;
    std::uint64_t laws = 0, trials = 0, vacuous = 0, failed = 0;
    std::string blocks, empty;
    for (; i < results.size() && results[i].kernel == kernel; ++i) {
      const LawResult& result = results[i];
      ++laws;
      trials += result.held + result.vacuous + result.broken;
      vacuous += result.vacuous;
      if (result.Judge() == Verdict::mistrusted) empty += fmt::format(" {}", result.law->name);
      if (result.Judge() != Verdict::failed) continue;
      ++failed;
      if (failures++ < kFailuresShown) blocks += FailureBlock(options, result);
    }
    const Verdict verdict = failed > 0 ? Verdict::failed : trials == vacuous ? Verdict::mistrusted : Verdict::passed;
    text += fmt::format("{:<10}  {}  {}  {} laws, {} trials, {} of them vacuous\n", Name(verdict), kernel->name,
                        kernel->target, laws, trials, vacuous);
    if (!empty.empty()) text += fmt::format("            every trial vacuous:{}\n", empty);
    text += blocks;
  }
  if (failures > kFailuresShown) text += fmt::format("and {} more laws FAILED\n", failures - kFailuresShown);
  std::uint64_t held = 0;
  for (const LawResult& result : results) held += result.held;
  return text + fmt::format("\n{}: {} laws broken, {} trials held\n", Name(overall), failures, held);
}

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(HexFloat(value)); }

std::string ToJson(const Options& options, const std::vector<LawResult>& results, Verdict overall) {
  Json list = Json::array();
  for (const LawResult& result : results) {
    Json entry = {{"kernel", result.kernel->name},  {"target", result.kernel->target},
                  {"law", result.law->name},        {"held", result.held},
                  {"vacuous", result.vacuous},      {"broken", result.broken},
                  {"verdict", Name(result.Judge())}};
    if (result.counterexample) {
      const auto& [trial, violation] = *result.counterexample;
      entry["counterexample"] = {
          {"what", violation.what},           {"n", trial.row.x.size()},          {"x", HexRow(trial.row.x)},
          {"element", violation.element},     {"got", HexFloat(violation.got)},   {"exact", HexFloat(violation.exact)},
          {"error", Number(violation.error)}, {"bound", Number(violation.bound)}, {"again", Again(options, result)}};
    }
    list.push_back(std::move(entry));
  }
  const Json document = {{"schema_version", 1},
                         {"seed", options.common.seed},
                         {"trials", options.trials},
                         {"verdict", Name(overall)},
                         {"laws", std::move(list)}};
  return document.dump(1) + "\n";
}

Verdict Overall(const std::vector<LawResult>& results) {
  const auto any = [&](Verdict verdict) {
    return std::any_of(results.begin(), results.end(),
                       [&](const LawResult& result) { return result.Judge() == verdict; });
  };
  if (any(Verdict::failed)) return Verdict::failed;
  return any(Verdict::passed) ? Verdict::passed : Verdict::skipped;
}

int Check(const Options& options) {
  const std::vector<Kernel> kernels = Select(options.selection);
  const std::vector<const Law*> laws = SelectLaws(options.laws);
  const Parameters parameters = ParseParameters(options.parameters, kernels);
  const auto single = SingleRow(options, kernels, parameters);

  TrialSource source = RandomTrials(options.common.seed, parameters);
  if (single) {
    // The row is given, and with --salt the law's choices as well.
    source = [&](const Law&, Operation operation, Format format, std::uint64_t index) {
      return Trial{single(operation, format), options.salt.value_or(index)};
    };
  }
  const std::uint64_t trials = single && options.salt ? 1 : options.trials;
  const std::vector<LawResult> results = RunLaws(kernels, laws, source, trials, options.common.threads);
  const Verdict overall = Overall(results);
  Print(options.common, Text(options, results, overall), [&] { return ToJson(options, results, overall); });
  return ExitStatus(overall);
}

}  // namespace

void AddCheck(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("check", "Try our kernels against their claims and every law");
  command->footer(
      "Tries every law on our kernels with random rows. A law that breaks is FAILED, with the simplest row that still\n"
      "breaks it and a command that shows it again. A vacuous trial is a row on which the law says nothing.\n"
      "\n"
      "Examples:\n"
      "  softmax-verify check\n"
      "  softmax-verify check 'softmax.online.*' --target AVX2 --trials 1000\n"
      "  softmax-verify check softmax.three_pass.f32 --x=-0x1.ff0a3ep+4,-0x1.4p+6");
  AddSelection(command, "kernels,--kernel", &options->selection);
  command->add_option("--law", options->laws, "Only these laws; default: all")->type_name("NAME")->delimiter(',');
  command->add_option("--trials", options->trials, "Rows for each law")
      ->check(WholeNumber(1, kMost))
      ->type_name("N")
      ->capture_default_str();
  CLI::Option* x = command->add_option("--x", options->x, "This row instead of random ones: --x=1,-0x1.8p+3,-inf");
  x->type_name("ROW");
  CLI::Option* family = command->add_option("--family", options->family, "Row --sample of a report's family instead");
  family->type_name("NAME")->excludes(x);
  CLI::Option* n = command->add_option("--n", options->n, "Length of the row of --family");
  n->check(WholeNumber(1, kLongestRow))->type_name("N")->needs(family);
  family->needs(n);
  CLI::Option* input = command->add_option("--input", options->input, "Row --sample of a .npy file instead");
  input->type_name("FILE")->excludes(x)->excludes(family);
  command->add_option("--sample", options->sample, "Which row of --family or --input, from 0 on")
      ->check(WholeNumber(0))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--salt", options->salt, "A law's own choices (shift, permutation, ...) on the given row")
      ->check(WholeNumber(0))
      ->type_name("N");
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Check(*options); }; });
}

}  // namespace softmax_verify::cli
