// softmax-verify validate: somebody's kernel; and replay: what was wrong with it, again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/validation.h"
#include "reports/context.h"
#include "reports/numbers.h"
#include "reports/render.h"
#include "verify/sandbox.h"

namespace softmax_verify::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  ValidationRequest request;
  ParameterOptions parameters;
  std::vector<std::string> roles, expect;
  std::string junit;
  std::string failures = "softmax-verify-failures";
  CommonOptions common;
};

// "name=value" words.
std::map<std::string, std::string> ReadPairs(const std::vector<std::string>& words, const char* option, const char* wanted) {
  std::map<std::string, std::string> pairs;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0 || equals + 1 == word.size()) {
      throw std::invalid_argument(fmt::format("{} {}: wanted is {}", option, word, wanted));
    }
    pairs[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return pairs;
}

// --- What is kept in a file -------------------------------------------------------------------------------------

Json ToJson(const ValidationRequest& request) {
  return {{"library", std::filesystem::exists(request.library) ? std::filesystem::absolute(request.library).string()
                                                               : request.library},
          {"declaration", request.declaration},
          {"op", request.operation},
          {"dtype", request.dtype},
          {"accumulation", request.accumulation},
          {"exp_ulp", request.exp_ulp},
          {"roles", request.roles},
          {"expect", request.expect},
          {"parameters", request.parameters},
          {"seed", request.seed},
          {"effort", request.effort}};
}

ValidationRequest RequestFrom(const Json& json) {
  ValidationRequest request;
  json.at("library").get_to(request.library);
  json.at("declaration").get_to(request.declaration);
  json.at("op").get_to(request.operation);
  json.at("dtype").get_to(request.dtype);
  json.at("accumulation").get_to(request.accumulation);
  json.at("exp_ulp").get_to(request.exp_ulp);
  json.at("roles").get_to(request.roles);
  json.at("expect").get_to(request.expect);
  json.at("parameters").get_to(request.parameters);
  json.at("seed").get_to(request.seed);
  json.at("effort").get_to(request.effort);
  return request;
}

struct Failure {
  std::string name;  // of the law, or of the misbehaviour
  std::string what;
  const LawResult* law = nullptr;
  std::string file;  // that replays it
};

// Writes the file that shows it again; its path.
std::string Keep(const Options& options, const Validation& validation, const Failure& failure) {
  std::filesystem::create_directories(options.failures);
  const std::string path = fmt::format("{}/{}.{}.json", options.failures, validation.declaration.symbol, failure.name);
  Json json = {{"schema_version", 1}, {"request", ToJson(validation.request)}};
  if (failure.law != nullptr) {
    const Trial& trial = failure.law->counterexample->trial;
    json["law"] = failure.law->law->name;
    json["operation"] = Name(failure.law->kernel->operation);
    json["row"] = ToString(trial.row, kWhole);
    json["salt"] = trial.salt;
  } else {
    json["law"] = kFindings;
  }
  json["what"] = failure.what;
  WriteAtomically(path, json.dump(1) + "\n");
  return path;
}

std::vector<Failure> FailuresOf(const Options& options, const Validation& validation) {
  std::vector<Failure> failures;
  for (const auto& [kind, record] : validation.findings) {
    failures.push_back({std::string(Name(kind)), fmt::format("{}: {}{}", record.first.what, record.call,
                                                             record.count > 1 ? fmt::format(" (and {} more times)", record.count - 1) : ""),
                        nullptr, ""});
  }
  for (const LawResult& law : validation.laws) {
    if (law.Judge() != Verdict::failed) continue;
    const std::string prefix = law.kernel == &validation.kernels.front() ? "" : std::string(Name(law.kernel->operation)) + ".";
    failures.push_back({prefix + std::string(law.law->name), law.counterexample->violation.what, &law, ""});
  }
  for (Failure& failure : failures) failure.file = Keep(options, validation, failure);
  return failures;
}

// --- Text -------------------------------------------------------------------------------------------------------

std::string DecimalRow(const Row& row) {
  std::string text;
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    const Values& values = row[operand.role];
    if (values.size() > kWholeRow) return "";
    std::string list;
    for (const double value : values) list += fmt::format("{}{}", list.empty() ? "" : ", ", ShortestDecimal(row.format, value));
    text += fmt::format("{}{} = {{{}}}", text.empty() ? "" : "  ", Name(operand.role), list);
  }
  return text;
}

std::string NumbersOf(const Violation& violation) {
  if (std::isnan(violation.error) && std::isnan(violation.exact)) return "";
  return fmt::format("        got {} ({:.9g})   exact {} ({:.9g})   error {:.4g}   bound {:.4g}\n", HexFloat(violation.got),
                     violation.got, HexFloat(violation.exact), violation.exact, violation.error, violation.bound);
}

std::string Meaning(const Validation& validation) {
  const Signature& signature = validation.declaration.signature;
  constexpr const char* forms[] = {"a matrix of rows", "one row", "the middle axis of a tensor", "a head of attention"};
  std::string text = fmt::format("{} in {}, {}", Name(signature.operation), Name(signature.format),
                                 forms[static_cast<int>(validation.declaration.form)]);
  if (validation.declaration.in_place) {
    text += fmt::format(", {} in place of {}", Name(*validation.declaration.in_place), Name(*validation.declaration.in_place_of));
  }
  return text;
}

std::string Text(const Validation& validation, const std::vector<Failure>& failures) {
  std::string text = fmt::format("{}: {}; sums {}, exp within {:g} ulp\n", validation.declaration.symbol, Meaning(validation),
                                 validation.request.accumulation, validation.request.exp_ulp);
  for (const Failure& failure : failures) {
    text += fmt::format("FAILED  {}: {}\n", failure.name, failure.what);
    if (failure.law != nullptr) {
      const auto& [trial, violation] = *failure.law->counterexample;
      text += fmt::format("        {}\n", ToString(trial.row, kWholeRow));
      if (const std::string decimal = DecimalRow(trial.row); !decimal.empty()) text += fmt::format("        {}\n", decimal);
      text += NumbersOf(violation);
    }
    text += fmt::format("        again: softmax-verify replay {}\n", failure.file);
  }
  std::size_t passed = 0, vacuous = 0;
  std::uint64_t trials = 0;
  for (const LawResult& law : validation.laws) {
    passed += law.Judge() == Verdict::passed;
    vacuous += law.Judge() == Verdict::mistrusted;
    trials += law.held + law.broken;
  }
  text += fmt::format("laws      {} kept, {} say nothing about this kernel, {} trials\n", passed, vacuous, trials);
  for (const AccuracySummary& summary : validation.accuracy) {
    const Cell& cell = summary.cell;
    text += fmt::format(
        "accuracy  {}: max {:.4g} ulp, p99 {:.4g}, mean {:.4g}; {} of {} results within {} of the bound; lengths {} to {}\n",
        summary.kernel, cell.ulp.max, cell.ulp.p99, cell.ulp.mean, Name(cell.verdict), cell.count,
        std::isfinite(cell.bound_ratio) ? fmt::format("{:.3g}", cell.bound_ratio) : "no share", summary.shortest, summary.longest);
    text += fmt::format("          tightest class that the errors fit: {}; standard tolerances of torch.testing: {}\n",
                        summary.tightest, summary.torch_defaults ? "met" : "not met");
    if (validation.max_ulp && !(cell.ulp.max <= *validation.max_ulp)) {
      text += fmt::format("FAILED  max_ulp: {:.4g} ulp, expected at most {:g}\n", cell.ulp.max, *validation.max_ulp);
    }
  }
  return text + fmt::format("\n{}\n", Name(validation.Overall()));
}

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(HexFloat(value)); }

std::string Document(const Validation& validation, const std::vector<Failure>& failures) {
  Json laws = Json::array(), findings = Json::array(), accuracy = Json::array(), left_out = Json::array();
  for (const LawResult& result : validation.laws) {
    Json entry = {{"operation", Name(result.kernel->operation)}, {"law", result.law->name}, {"held", result.held},
                  {"vacuous", result.vacuous}, {"broken", result.broken}, {"verdict", Name(result.Judge())}};
    if (result.counterexample) {
      const auto& [trial, violation] = *result.counterexample;
      entry["counterexample"] = {{"what", violation.what}, {"row", ToString(trial.row, kWhole)}, {"salt", trial.salt},
                                 {"element", violation.element}, {"got", HexFloat(violation.got)},
                                 {"exact", HexFloat(violation.exact)}, {"error", Number(violation.error)},
                                 {"bound", Number(violation.bound)}};
    }
    laws.push_back(std::move(entry));
  }
  for (const auto& [kind, record] : validation.findings) {
    findings.push_back({{"kind", Name(kind)}, {"what", record.first.what}, {"call", record.call}, {"count", record.count}});
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const Cell& cell = summary.cell;
    accuracy.push_back({{"operation", summary.kernel}, {"verdict", Name(cell.verdict)}, {"rows", summary.rows},
                        {"results", cell.count}, {"max_ulp", Number(cell.ulp.max)}, {"p99_ulp", Number(cell.ulp.p99)},
                        {"mean_ulp", Number(cell.ulp.mean)}, {"correctly_rounded", Number(cell.correct)},
                        {"bound_ratio", Number(cell.bound_ratio)}, {"tightest_class", summary.tightest},
                        {"torch_testing_defaults", summary.torch_defaults}, {"shortest", summary.shortest},
                        {"longest", summary.longest}});
  }
  for (const auto& [law, reason] : validation.left_out) left_out.push_back({{"law", law}, {"reason", reason}});
  Json files = Json::array();
  for (const Failure& failure : failures) files.push_back({{"name", failure.name}, {"file", failure.file}});
  const Json document = {{"schema_version", 1},       {"commit", BuildContext().commit}, {"request", ToJson(validation.request)},
                         {"meaning", Meaning(validation)}, {"verdict", Name(validation.Overall())},
                         {"findings", std::move(findings)}, {"laws", std::move(laws)}, {"left_out", std::move(left_out)},
                         {"accuracy", std::move(accuracy)}, {"replay", std::move(files)}};
  return document.dump(1) + "\n";
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

// A test case for each law, each misbehaviour that a kernel may show, and the accuracy: what CI servers read.
std::string JUnit(const Validation& validation) {
  std::string cases;
  std::size_t count = 0, failed = 0, skipped = 0;
  const auto add = [&](const std::string& name, const std::string& failure, bool is_skipped) {
    ++count;
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", Escaped(validation.declaration.symbol), Escaped(name));
    if (!failure.empty()) {
      ++failed;
      cases += fmt::format("><failure message=\"{}\"/></testcase>\n", Escaped(failure));
    } else if (is_skipped) {
      ++skipped;
      cases += "><skipped/></testcase>\n";
    } else {
      cases += "/>\n";
    }
  };
  for (int kind = 0; kind <= static_cast<int>(Misbehaviour::status); ++kind) {
    const auto found = validation.findings.find(static_cast<Misbehaviour>(kind));
    add(std::string(Name(static_cast<Misbehaviour>(kind))),
        found == validation.findings.end() ? "" : found->second.first.what, false);
  }
  for (const LawResult& law : validation.laws) {
    add(fmt::format("{}.{}", Name(law.kernel->operation), law.law->name),
        law.counterexample ? law.counterexample->violation.what : "", law.Judge() == Verdict::mistrusted);
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const bool too_far = validation.max_ulp && !(summary.cell.ulp.max <= *validation.max_ulp);
    std::string failure = summary.cell.verdict == Verdict::failed ? summary.cell.note : "";
    if (failure.empty() && too_far) failure = fmt::format("{:.4g} ulp, expected at most {:g}", summary.cell.ulp.max, *validation.max_ulp);
    add(fmt::format("{}.sweep", summary.kernel), failure, summary.cell.count == 0);
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"softmax-verify validate\" tests=\"{}\" "
                     "failures=\"{}\" skipped=\"{}\">\n{}</testsuite>\n", count, failed, skipped, cases);
}

// --- The commands -----------------------------------------------------------------------------------------------

int RunValidate(Options options) {
  ValidationRequest& request = options.request;
  request.roles = ReadPairs(options.roles, "--role", "NAME=ROLE: --role input=x");
  request.expect = ReadPairs(options.expect, "--expect", "KEY=VALUE: --expect pos_inf=nan");
  for (const auto& [parameter, text] : options.parameters.texts) request.parameters[std::string(Name(parameter))] = text;
  request.seed = options.common.seed;
  Validation validation;
  try {
    validation = Validate(request);
  } catch (const LoadError& error) {
    throw std::invalid_argument(error.what());
  }
  // Laws point at kernels of their own copy.
  const std::vector<Failure> failures = FailuresOf(options, validation);
  if (!options.junit.empty()) WriteAtomically(options.junit, JUnit(validation));
  Print(options.common, Text(validation, failures), [&] { return Document(validation, failures); });
  return ExitStatus(validation.Overall());
}

int RunReplay(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(fmt::format("cannot read '{}'", path));
  Replay replay;
  try {
    const Json json = Json::parse(file);
    const bool is_law = json.at("law") != kFindings;
    replay = ReplayTrial(RequestFrom(json.at("request")), is_law ? json.at("operation").get<std::string>() : "",
                         json.at("law").get<std::string>(), is_law ? json.at("row").get<std::string>() : "",
                         is_law ? json.at("salt").get<std::uint64_t>() : 0);
  } catch (const Json::exception& error) {
    throw std::invalid_argument(fmt::format("'{}' is no file that 'softmax-verify validate' wrote: {}", path, error.what()));
  } catch (const LoadError& error) {
    throw std::invalid_argument(error.what());
  }
  if (replay.failed) {
    fmt::print("FAILED  {}\n", replay.what);
    return kFailed;
  }
  fmt::print("PASSED  it does not happen any more\n");
  return kPassed;
}

}  // namespace

void AddValidate(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("validate", "Somebody's kernel: a shared library and a C declaration");
  command->footer(
      "The names of arguments say what they are for (docs/validate_your_kernel.md); a default value is passed as it is.\n"
      "The kernel runs in a child process. What is wrong comes shrunk, and in a file that 'replay' shows again.\n"
      "\n"
      "Examples:\n"
      "  softmax-verify validate libmine.so 'void my_softmax(const float* x, float* y, size_t rows, size_t cols)'\n"
      "  softmax-verify validate libmine.so 'int softmax(const uint16_t* in, uint16_t* y, int n)' --dtype bf16 --role in=x\n"
      "\n"
      "Exit status: 0 every check passed, 1 at least one FAILED, 2 the declaration, an option or the library is wrong.");
  ValidationRequest& request = options->request;
  command->add_option("LIBRARY", request.library, "The shared library")->required()->type_name("FILE");
  command->add_option("DECLARATION", request.declaration, "The function, as a header declares it")->required()->type_name("TEXT");
  command->add_option("--op", request.operation, "The operation, where names and arguments leave several")->type_name("NAME");
  command->add_option("--dtype", request.dtype, "The format of uint16_t* and void*")->type_name("FORMAT");
  command->add_option("--accumulation", request.accumulation, "How sums are made: sequential, lanes[:N], pairwise[:LEAF], "
                                                              "compensated, wide, native")
      ->type_name("CLASS")
      ->capture_default_str();
  command->add_option("--exp-ulp", request.exp_ulp, "The error of the exponential")
      ->check(CLI::Range(0.5, 1e6))
      ->type_name("ULP")
      ->capture_default_str();
  command->add_option("--effort", request.effort, "quick (seconds), normal (a minute), thorough")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--role", options->roles, "What an argument is for")->type_name("NAME=ROLE")->allow_extra_args(false);
  command->add_option("--expect", options->expect, "What the kernel promises beyond, or does not")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--junit", options->junit, "Write JUnit XML as well")->type_name("FILE");
  command->add_option("--failures", options->failures, "Where files for 'replay' go, if something fails")
      ->type_name("DIR")
      ->capture_default_str();
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return RunValidate(*options); }; });
}

void AddReplay(CLI::App& app, Run* run) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("replay", "Show a failure again that 'validate' kept");
  command->footer("Exit status: 0 it does not happen any more, 1 it does, 2 the file is none or the library is gone.");
  command->add_option("FILE", *path, "The file")->required()->type_name("FILE");
  command->callback([path, run] { *run = [path] { return RunReplay(*path); }; });
}

}  // namespace softmax_verify::cli
