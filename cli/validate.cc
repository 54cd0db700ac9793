// softmax-verify validate: somebody's kernel; and replay: what was wrong with it, again.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "kernels/registry.h"
#include "reports/render.h"
#include "validation/render.h"
#include "validation/validation.h"
#include "verify/sandbox.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  ValidationRequest request;
  ParameterTexts parameters;
  std::vector<std::string> roles, expect;
  std::string html;
  CiOptions ci;
  BaselineOptions baseline;
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

int RunValidate(Options options) {
  ValidationRequest& request = options.request;
  constexpr const char* kExample = "'void my_softmax(const float* x, float* y, size_t rows, size_t cols)'";
  if (!request.command.empty()) {
    if (!request.declaration.empty()) {
      throw std::invalid_argument("--exec takes the place of LIBRARY; the declaration alone goes with it");
    }
    std::swap(request.declaration, request.library);  // the only word that is no option
  }
  if (request.declaration.empty()) {
    const bool has_kernel = !request.library.empty() || !request.command.empty();
    throw std::invalid_argument(fmt::format("{} is missing: softmax-verify validate {} {}",
                                            has_kernel ? "DECLARATION" : "LIBRARY",
                                            request.command.empty() ? "libmine.so" : "--exec COMMAND", kExample));
  }
  request.roles = ReadPairs(options.roles, "--role", "NAME=ROLE: --role input=x");
  request.expect = ReadPairs(options.expect, "--expect", "KEY=VALUE: --expect pos_inf=nan");
  for (const auto& [parameter, text] : options.parameters) request.parameters[std::string(Name(parameter))] = text;
  request.seed = options.common.seed;
  const Ratchet ratchet(options.baseline, RunKeyOf(request));
  Validation validation;
  try {
    validation = Validate(request, KernelsOf(Targets().front()));
  } catch (const LoadError& error) {
    throw std::invalid_argument(error.what());
  }
  // Laws point at kernels of their own copy.
  const std::vector<Failure> failures = KeepFailures(validation, options.failures);
  if (!options.html.empty()) {
    std::filesystem::create_directories(options.html);
    WriteAtomically(options.html + "/index.html", RenderHtml(validation, failures));
  }
  const Conclusion conclusion = ratchet.Conclude(ItemsOf(validation), validation.Overall());
  Print(options.common, RenderText(validation, failures), [&] { return RenderJson(validation, failures); }, conclusion.note);
  CiTexts texts = TextsOf("softmax-verify validate", conclusion);
  if (options.baseline.path.empty()) {
    texts.annotations = [&] { return RenderAnnotations(validation, failures); };
    texts.markdown = [&] { return RenderMarkdown(validation, failures); };
  }
  WriteCi(options.ci, texts);
  return conclusion.status;
}

int RunReplay(const std::string& path) {
  Replay replay;
  try {
    replay = ReplayFile(path);
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
  CLI::App* command = app.add_subcommand("validate", "Somebody's kernel: a library or a process, and a C declaration");
  command->footer(
      "The names of arguments say what they are for (docs/validate_your_kernel.md); a default value is passed as it is.\n"
      "The kernel runs in a child process. What is wrong comes shrunk, and in a file that 'replay' shows again.\n"
      "\n"
      "Examples:\n"
      "  softmax-verify validate libmine.so 'void my_softmax(const float* x, float* y, size_t rows, size_t cols)'\n"
      "  softmax-verify validate libmine.so 'int softmax(const uint16_t* in, uint16_t* y, int n)' --dtype bf16 --role in=x\n"
      "  softmax-verify validate --exec 'python3 mine.py' 'void softmax(const float* x, float* y, size_t n)'\n"
      "\n"
      "Exit status: 0 every check passed, 1 at least one FAILED, 2 the declaration, an option or the library is wrong.");
  ValidationRequest& request = options->request;
  command->add_option("LIBRARY", request.library, "The shared library; with --exec there is none")->type_name("FILE");
  command->add_option("DECLARATION", request.declaration, "The function, as a header declares it")->type_name("TEXT");
  command->add_option("--exec", request.command, "The kernel is a process, asked through its standard input and output")
      ->type_name("COMMAND");
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
  command->add_option("--html", options->html, "Write a page to read, index.html, into this folder as well")->type_name("DIR");
  AddBaselineOptions(command, &options->baseline);
  AddCiOptions(command, &options->ci);
  command->add_option("--failures", options->failures, "Where the files for 'replay' and C programs go, if something fails")
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
