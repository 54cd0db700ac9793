#include "cli/common.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "kernels/registry.h"
#include "reports/numbers.h"
#include "reports/render.h"

namespace softmax_verify::cli {
namespace {

[[noreturn]] void Reject(const std::string& message) { throw std::invalid_argument(message); }

bool Contains(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

bool Matches(const std::vector<std::string>& globs, const std::string& name) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
         });
}

}  // namespace

int ExitStatus(Verdict overall) {
  return overall == Verdict::failed || overall == Verdict::skipped ? kFailed : kPassed;
}

CLI::Validator WholeNumber(std::uint64_t least, std::uint64_t most) {
  const auto check = [least, most](std::string& text) -> std::string {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (whole && least <= value && value <= most) return "";
    return fmt::format("'{}' is not a whole number from {} to {}", text, least, most);
  };
  return CLI::Validator(check, "");
}

void AddCommonOptions(CLI::App* command, CommonOptions* options) {
  command->add_option("--seed", options->seed, "Decides the random rows: same seed, same output")
      ->check(WholeNumber(0))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "How many threads; 0: as many as the machine has")
      ->check(WholeNumber(0, 1024))
      ->type_name("N")
      ->capture_default_str();
  AddJson(command, options);
}

void AddJson(CLI::App* command, CommonOptions* options) {
  command
      ->add_option_function<std::vector<std::string>>(
          "--json",
          [options](const std::vector<std::string>& file) {
            options->as_json = true;
            if (!file.empty()) options->json_file = file[0];
          },
          "Write JSON instead, to FILE or to standard output")
      ->type_name("[FILE]")
      ->expected(0, 1);
}

void Print(const CommonOptions& options, const std::string& text, const std::function<std::string()>& json,
           const std::string& note) {
  const bool to_file = options.as_json && !options.json_file.empty() && options.json_file != "-";
  if (to_file) WriteAtomically(options.json_file, json());
  const bool to_output = options.as_json && !to_file;
  const std::string output = to_output ? json() : text + note;
  if (std::fwrite(output.data(), 1, output.size(), stdout) != output.size() || std::fflush(stdout) != 0) {
    Reject("cannot write to standard output");
  }
  if (to_output) fmt::print(stderr, "{}", note);
}

void AddCiOptions(CLI::App* command, CiOptions* options) {
  command->add_option("--junit", options->junit, "Write JUnit XML as well")->type_name("FILE");
  command->add_flag("--annotations", options->annotations,
                    "Print annotations for GitHub Actions, and add to the summary of the job");
}

void WriteCi(const CiOptions& options, const CiTexts& texts) {
  if (!options.junit.empty()) WriteAtomically(options.junit, texts.junit());
  if (!options.annotations) return;
  fmt::print(stderr, "{}", texts.annotations());
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  std::ofstream file(path, std::ios::app);
  file << texts.markdown();
  if (!file.flush()) Reject(fmt::format("cannot write the summary of the job to '{}'", path));
}

void AddBaselineOptions(CLI::App* command, BaselineOptions* options) {
  command
      ->add_option("--baseline", options->path,
                   "Fail where this file does not allow it, and nowhere else (docs/baselines.md)")
      ->type_name("FILE");
  command->add_option("--write-baseline", options->written, "Write what this run would have to be allowed")->type_name("FILE");
}

Ratchet::Ratchet(BaselineOptions options, RunKey run) : options_(std::move(options)), run_(std::move(run)) {
  if (options_.path.empty()) return;
  baseline_ = ReadBaselineFile(options_.path);
  RequireSameRun(*baseline_, run_, options_.path);
}

Conclusion Ratchet::Conclude(std::vector<Item> items, Verdict overall) const {
  if (!options_.written.empty()) WriteAtomically(options_.written, RenderBaseline(BaselineOf(run_, items)));
  if (!baseline_) return {ExitStatus(overall), "", std::move(items)};
  const BaselineResult result = CompareWith(*baseline_, items);
  const bool fails = result.Fails() || overall == Verdict::skipped;
  return {fails ? kFailed : kPassed, RenderText(result, options_.path), Ratcheted(items, result)};
}

CiTexts TextsOf(const std::string& title, const Conclusion& conclusion) {
  return {[&, title] { return RenderJUnit(title, conclusion.items); },
          [&, title] { return RenderAnnotations(title, conclusion.items); },
          [&, title] { return RenderMarkdown(title, conclusion.items); }};
}

void AddSelection(CLI::App* command, const std::string& option, Selection* selection) {
  command->add_option(option, selection->kernels, "Kernels: operation.algorithm.format, * and ? allowed")
      ->type_name("GLOB");
  command->add_option("--target", selection->targets, "Instruction sets, such as AVX2; default: all")
      ->type_name("NAME")
      ->delimiter(',');
  command->add_option("--format", selection->formats, "Formats, such as f32,bf16; default: all")
      ->type_name("NAME")
      ->delimiter(',');
  AddOperations(command, &selection->operations);
}

void AddOperations(CLI::App* command, std::vector<std::string>* operations) {
  command->add_option("--op", *operations, "Operations, such as softmax; default: all")
      ->type_name("NAME")
      ->delimiter(',');
}

std::vector<Kernel> Select(const Selection& selection) {
  for (const std::string& name : selection.targets) RequireKnown("target", name, NamesOf(Targets()));
  for (const std::string& name : selection.formats) RequireFormat(name);
  for (const std::string& name : selection.operations) RequireOperation(name);
  std::vector<std::string> names;
  for (const Target& target : Targets()) {
    for (const Kernel& kernel : KernelsOf(target)) {
      if (std::find(names.begin(), names.end(), kernel.name) == names.end()) names.push_back(kernel.name);
    }
  }
  for (const std::string& glob : selection.kernels) {
    if (std::none_of(names.begin(), names.end(), [&](const std::string& name) { return Matches({glob}, name); })) {
      Reject(fmt::format("no kernel is called '{}'{}; 'softmax-verify list kernels' shows all", glob,
                         DidYouMean(glob, names)));
    }
  }

  std::vector<Kernel> kernels;
  for (const Target& target : Targets()) {
    if (!Contains(selection.targets, target.name)) continue;
    for (const Kernel& kernel : KernelsOf(target)) {
      if (Matches(selection.kernels, kernel.name) && Contains(selection.formats, Name(kernel.format)) &&
          Contains(selection.operations, Name(kernel.operation))) {
        kernels.push_back(kernel);
      }
    }
  }
  if (kernels.empty()) {
    Reject("no kernel fits all of --kernel, --target, --format and --op; 'softmax-verify list kernels' shows what is");
  }
  return kernels;
}

std::vector<std::string> TargetsOf(const std::vector<Kernel>& kernels) {
  std::vector<std::string> targets;
  for (const Kernel& kernel : kernels) {
    if (std::find(targets.begin(), targets.end(), kernel.target) == targets.end()) targets.push_back(kernel.target);
  }
  return targets;
}

const Family& RequireFamily(std::string_view name) {
  const Family* const family = FindFamily(name);
  if (family == nullptr) {
    std::vector<std::string> known;
    for (const Family& each : Families()) known.emplace_back(each.name);
    Reject(fmt::format("no family is called '{}'{}; 'softmax-verify list families' shows all", name,
                       DidYouMean(std::string(name), known)));
  }
  return *family;
}

void RequireFitting(const Selection& selection, const std::string& what, const std::function<bool(const Kernel&)>& fits,
                    std::vector<Kernel>* kernels) {
  const auto misfits = std::stable_partition(kernels->begin(), kernels->end(), fits);
  const bool is_explicit = !selection.kernels.empty() || !selection.operations.empty();
  if (misfits != kernels->end() && (is_explicit || misfits == kernels->begin())) {
    const Operation operation = misfits->operation;
    Reject(fmt::format("{}, and {} is {}; choose operations by --op", what, Name(operation), Info(operation).shape));
  }
  kernels->erase(misfits, kernels->end());
}

void AddParameters(CLI::App* command, ParameterTexts* options) {
  for (const ParameterInfo& info : kParameters) {
    Parameters standard;
    const double* const real = standard.Real(info.parameter);
    const std::string text =
        real != nullptr ? ShortestDecimal(Format::f64, *real) : ParameterText(standard, info.parameter);
    command
        ->add_option_function<std::string>(
            OptionOf(info.name),
            [options, parameter = info.parameter](const std::string& given) { (*options)[parameter] = given; },
            fmt::format("{}; standard: {}", info.domain, text))
        ->type_name(real != nullptr ? "NUMBER" : "VALUE");
  }
}

GivenParameters ParseParameters(const ParameterTexts& texts, const std::vector<Kernel>& kernels) {
  GivenParameters parameters;
  for (const Kernel& kernel : kernels) {
    GivenParameters exact = ParseParameters(texts, kernel.name, kernel.parameters, Format::f64);
    GivenParameters rounded = ParseParameters(texts, kernel.name, kernel.parameters, kernel.claim.compute);
    for (const auto& [parameter, text] : texts) {
      const double* const real = rounded.values.Real(parameter);
      if (real == nullptr || *real == *exact.values.Real(parameter)) continue;
      Reject(fmt::format("{} {} is not a value of {}, in which {} computes; the nearest is {}",
                         OptionOf(Name(parameter)), text, Name(kernel.claim.compute), kernel.name, HexFloat(*real)));
    }
    parameters = exact;
  }
  return parameters;
}

Values ParseNumbers(Format format, std::string_view line, const std::string& where) {
  constexpr std::string_view kBlanks = " \t\r";
  constexpr std::string_view kSeparators = " \t\r,";
  Values x;
  bool wants_number = true;  // at the start and behind a comma
  for (std::size_t at = line.find_first_not_of(kBlanks); at != line.npos; at = line.find_first_not_of(kBlanks, at)) {
    if (line[at] == ',') {
      if (wants_number) Reject(fmt::format("{}, column {}: a number is missing before the comma", where, at + 1));
      wants_number = true;
      ++at;
      continue;
    }
    const std::string_view word = line.substr(at, line.find_first_of(kSeparators, at) - at);
    const std::optional<double> value = ParseNumber(format, word);
    if (!value) {
      Reject(fmt::format("{}, column {}: '{}' is no number; wanted is something like 0.5, 1e-3, 0x1.8p-1 or -inf",
                         where, at + 1, word));
    }
    x.push_back(*value);
    wants_number = false;
    at += word.size();
  }
  if (x.empty()) Reject(fmt::format("{} is empty; wanted are numbers separated by blanks or commas", where));
  if (wants_number) Reject(fmt::format("{}, column {}: a number is missing after the comma", where, line.size() + 1));
  return x;
}

void AddRowWords(CLI::App* command, RowWords* words) {
  const auto add = [&](std::string_view name, std::string_view meaning, const char* type) {
    command
        ->add_option_function<std::string>(
            OptionOf(name), [words, name = std::string(name)](const std::string& text) { (*words)[name] = text; },
            fmt::format("Of a row of your own: {}", meaning))
        ->type_name(type);
  };
  for (const RoleInfo& role : kRoles) {
    const bool is_input = std::any_of(kOperations.begin(), kOperations.end(), [&](const OperationInfo& operation) {
      const Operand* const operand = operation.operands.Find(role.role);
      return operand != nullptr && !operand->output;
    });
    if (is_input) add(role.name, role.meaning, "NUMBERS");
  }
  add("m", "how many rows its operands hold; standard: 1", "N");
  add("d", "the depth of queries and keys", "N");
  add("outputs", "the optional results that are wanted; standard: none", "NAMES");
}

Row MakeRow(const Signature& signature, const RowWords& words, const Parameters& parameters,
            const std::function<std::string(const std::string& name)>& where) {
  const OperationInfo& info = Info(signature.operation);
  std::string text;
  for (const auto& word : words) {
    const std::string& name = word.first;
    const std::string& value = word.second;
    const auto operand = std::find_if(info.operands.begin(), info.operands.end(),
                                      [&](const Operand& each) { return !each.output && Name(each.role) == name; });
    if (operand != info.operands.end()) {
      // Whole numbers are read exactly.
      const Element element = Info(operand->role).element;
      const bool is_whole = element == Element::byte || element == Element::index;
      const Format format = is_whole ? Format::f64 : FormatOf(signature, operand->role);
      text += fmt::format(" {}={}", name, HexRow(ParseNumbers(format, value, where(name))));
    } else {
      text += fmt::format(" {}={}", name, value);
    }
  }
  Row row;
  try {
    row = ParseRow(signature.operation, signature.format, signature.statistics, text);
  } catch (const std::invalid_argument& error) {
    Reject(fmt::format("{}: {}", where(""), error.what()));
  }
  row.parameters = parameters;
  if (row.GetShape().n == 0) Reject(fmt::format("{}: the operands of {} are {}", where(""), info.name, info.shape));
  const bool has_dependent_rows = info.operands.Find(Role::q) != nullptr || info.parameters.Has(Parameter::causal) ||
                                  info.parameters.Has(Parameter::reduction);
  if (row.m > 1 && !has_dependent_rows) {
    Reject(fmt::format("{} is {}; rows of {} do not depend on each other and are given one by one", where("m"), row.m,
                       info.name));
  }
  return row;
}

}  // namespace softmax_verify::cli
