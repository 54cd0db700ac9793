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
#include "validation/law_run.h"
#include "reference/reference.h"
#include "reports/npy.h"
#include "reports/numbers.h"
#include "reports/rows.h"
#include "verify/families.h"

namespace softmax_verify::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFailuresShown = 20;
// Rows with a longer operand are drawn again rather than typed.
constexpr std::size_t kLongestTypedRow = 200;

struct Options {
  Selection selection;
  ParameterTexts parameters;
  std::vector<std::string> laws;
  std::uint64_t trials = 100;
  // At most one of these sources of a single row.
  RowWords row;
  std::string family;
  std::string input;
  std::size_t n = 0;
  std::uint64_t sample = 0;
  std::optional<std::uint64_t> salt;
  CiOptions ci;
  BaselineOptions baseline;
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

using RowSource = std::function<Row(const Signature&)>;

// A row of one's own, for every kernel that takes its words.
RowSource OwnRow(const Options& options, const Parameters& parameters, std::vector<Kernel>* kernels) {
  const auto has = [&](Role role) { return options.row.contains(std::string(Name(role))); };
  const auto fits = [&](const Kernel& kernel) {
    return std::all_of(kRoles.begin(), kRoles.end(), [&](const RoleInfo& role) {
      const Operand* const operand = Info(kernel.operation).operands.Find(role.role);
      const bool takes = operand != nullptr && !operand->output && kernel.operands.Has(role.role);
      return has(role.role) ? takes : !takes || kernel.nullable.Has(role.role);
    });
  };
  std::vector<std::string> given;
  for (const auto& [name, text] : options.row) given.push_back("--" + name);
  RequireFitting(options.selection, fmt::format("the row has {}", fmt::join(given, ", ")), fits, kernels);
  const auto row_of = [&options, parameters](const Signature& signature) {
    return MakeRow(signature, options.row, parameters,
                   [](const std::string& name) { return name.empty() ? "the row" : "--" + name; });
  };
  // The reference tells whether the row is one, before a kernel sees it.
  std::vector<Signature> seen;
  for (const Kernel& kernel : *kernels) {
    if (std::find(seen.begin(), seen.end(), kernel) != seen.end()) continue;
    reference::Enclose(row_of(seen.emplace_back(kernel)));
  }
  return row_of;
}

// The one row that the options name; nothing where rows are to be random. Drops kernels that it is not for.
RowSource SingleRow(const Options& options, const GivenParameters& parameters, std::vector<Kernel>* kernels) {
  if (!options.row.empty() + !options.family.empty() + !options.input.empty() > 1) {
    throw std::invalid_argument("--family, --input and a row of your own such as --x=1,2 exclude each other");
  }
  if (!options.row.empty()) return OwnRow(options, parameters.values, kernels);
  if (!options.family.empty()) {
    const Family* family = &RequireFamily(options.family);
    return [&options, family, parameters](const Signature& signature) {
      return DrawRow(options.common.seed, signature, *family, options.n, options.sample, parameters);
    };
  }
  if (!options.input.empty()) {
    RequireFitting(options.selection, "--input holds logits alone", NeedsLogitsAlone, kernels);
    const auto logits = std::make_shared<const Matrix>(ReadNpyFile(options.input));
    for (const Kernel& kernel : *kernels) RequireLogits(*logits, kernel.format);
    if (options.sample >= logits->rows) {
      throw std::invalid_argument(fmt::format("--sample {} is beyond the {} rows of {}, counted from 0", options.sample,
                                              logits->rows, options.input));
    }
    return [&options, logits, parameters](const Signature& signature) {
      return InputRow(*logits, signature, options.sample, parameters.values);
    };
  }
  return nullptr;
}

// A command that shows the counterexample again.
std::string Again(const Options& options, const GivenParameters& parameters, const LawResult& result) {
  const Row& row = result.counterexample->trial.row;
  const std::string command = fmt::format("softmax-verify check {} --target {} --law {}", result.kernel->name,
                                          result.kernel->target, result.law->name);
  const bool is_short = std::all_of(kRoles.begin(), kRoles.end(),
                                    [&](const RoleInfo& role) { return row[role.role].size() <= kLongestTypedRow; });
  if (is_short) {
    return fmt::format("{} --salt {}{}", command, result.counterexample->trial.salt, AsOptions(ToString(row, kWhole)));
  }
  std::string source;
  if (!options.input.empty()) source = fmt::format(" --input {} --sample {}", options.input, options.sample);
  if (!options.family.empty()) {
    source = fmt::format(" --family {} --n {} --sample {}", options.family, options.n, options.sample);
  }
  return fmt::format("{}{}{} --seed {} --trials {}", command, AsOptions(parameters), source, options.common.seed,
                     options.trials);
}

std::string FailureBlock(const LawResult& result, const std::string& again) {
  const Trial& trial = result.counterexample->trial;
  const Violation& violation = result.counterexample->violation;
  return fmt::format("FAILED  {}  {}  n={}  {}: {}\n        {}\n        again: {}\n", result.kernel->name,
                     result.kernel->target, trial.row.GetShape().n, result.law->name, violation.what,
                     ToString(trial.row, kWholeRow), again);
}

// One line a kernel and target, a block for each law that failed, and the verdict.
std::string Text(const Options& options, const GivenParameters& parameters, const std::vector<LawResult>& results,
                 Verdict overall) {
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
      if (failures++ < kFailuresShown) blocks += FailureBlock(result, Again(options, parameters, result));
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

std::string ToJson(const Options& options, const GivenParameters& parameters, const std::vector<LawResult>& results,
                   Verdict overall) {
  Json list = Json::array();
  for (const LawResult& result : results) {
    Json entry = {{"kernel", result.kernel->name},  {"target", result.kernel->target},
                  {"law", result.law->name},        {"held", result.held},
                  {"vacuous", result.vacuous},      {"broken", result.broken},
                  {"verdict", Name(result.Judge())}};
    if (result.counterexample) {
      const Trial& trial = result.counterexample->trial;
      const Violation& violation = result.counterexample->violation;
      entry["counterexample"] = {{"what", violation.what},
                                 {"n", trial.row.GetShape().n},
                                 {"row", ToString(trial.row, kWhole)},
                                 {"element", violation.element},
                                 {"got", HexFloat(violation.got)},
                                 {"exact", HexFloat(violation.exact)},
                                 {"error", Number(violation.error)},
                                 {"bound", Number(violation.bound)},
                                 {"again", Again(options, parameters, result)}};
    }
    list.push_back(std::move(entry));
  }
  const Json document = {{"schema_version", 2},
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

std::vector<Item> ItemsOf(const Options& options, const GivenParameters& parameters,
                          const std::vector<LawResult>& results) {
  std::vector<Item> items;
  for (const LawResult& result : results) {
    Item& item = items.emplace_back();
    item.kernel = result.kernel->name;
    item.target = result.kernel->target;
    item.what = result.law->name;
    item.verdict = result.Judge();
    if (!result.counterexample) continue;
    item.message = result.counterexample->violation.what;
    item.details = FailureBlock(result, Again(options, parameters, result));
  }
  return items;
}

int Check(const Options& options) {
  std::vector<Kernel> kernels = Select(options.selection);
  const std::vector<const Law*> laws = SelectLaws(options.laws);
  const GivenParameters parameters = ParseParameters(options.parameters, kernels);
  const RowSource single = SingleRow(options, parameters, &kernels);
  if (single && !(options.baseline.path + options.baseline.written).empty()) {
    throw std::invalid_argument("a baseline is of random rows; leave out --baseline, or the row of your own");
  }
  const Ratchet ratchet(options.baseline, {{"command", "check"},
                                           {"seed", std::to_string(options.common.seed)},
                                           {"trials", std::to_string(options.trials)},
                                           {"parameters", AsOptions(parameters)}});

  TrialSource source = RandomTrials(options.common.seed, parameters);
  if (single) {
    // The row is given, and with --salt the law's choices as well.
    source = [&](const Law&, const Signature& signature, std::uint64_t index) {
      return Trial{single(signature), options.salt.value_or(index)};
    };
  }
  const std::uint64_t trials = single && options.salt ? 1 : options.trials;
  const std::vector<LawResult> results = RunLaws(kernels, laws, source, trials, options.common.threads);
  const Verdict overall = Overall(results);
  const Conclusion conclusion = ratchet.Conclude(ItemsOf(options, parameters, results), overall);
  Print(options.common, Text(options, parameters, results, overall),
        [&] { return ToJson(options, parameters, results, overall); }, conclusion.note);
  WriteCi(options.ci, TextsOf("softmax-verify check", conclusion));
  return conclusion.status;
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
  AddRowWords(command, &options->row);
  CLI::Option* family = command->add_option("--family", options->family, "Row --sample of a report's family instead");
  family->type_name("NAME");
  CLI::Option* n = command->add_option("--n", options->n, "Length of the row of --family");
  n->check(WholeNumber(1, kLongestRow))->type_name("N")->needs(family);
  family->needs(n);
  CLI::Option* input = command->add_option("--input", options->input, "Row --sample of a .npy file instead");
  input->type_name("FILE");
  command->add_option("--sample", options->sample, "Which row of --family or --input, from 0 on")
      ->check(WholeNumber(0))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--salt", options->salt, "A law's own choices (shift, permutation, ...) on the given row")
      ->check(WholeNumber(0))
      ->type_name("N");
  AddBaselineOptions(command, &options->baseline);
  AddCiOptions(command, &options->ci);
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Check(*options); }; });
}

}  // namespace softmax_verify::cli
