// softmax-verify report: how accurate our kernels are, as tables and files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/common.h"
#include "reports/context.h"
#include "reports/npy.h"
#include "reports/render.h"
#include "reports/sweep.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  Selection selection;
  ParameterTexts parameters;
  std::string effort = "normal";
  std::uint64_t elements = 0;
  std::string input;
  std::string directory;
  CommonOptions common;
};

int Report(const Options& options) {
  SweepOptions sweep;
  sweep.kernels = Select(options.selection);
  if (!options.input.empty()) {
    RequireFitting(options.selection, "--input holds logits alone", NeedsLogitsAlone, &sweep.kernels);
  }
  sweep.effort = FindEffort(options.effort);
  sweep.elements = options.elements;
  sweep.threads = options.common.threads;
  Context context = BuildContext();
  context.seed = options.common.seed;
  context.parameters = ParseParameters(options.parameters, sweep.kernels);
  context.effort = options.effort;
  if (options.elements > 0) context.effort = fmt::format("{}, {} results", options.effort, options.elements);
  if (!options.input.empty()) {
    sweep.input = ReadNpyFile(options.input);
    context.input = options.input;
    context.effort = "input";
  }
  for (const Kernel& kernel : sweep.kernels) {
    if (std::find(context.targets.begin(), context.targets.end(), kernel.target) == context.targets.end()) {
      context.targets.push_back(kernel.target);
    }
    if (!sweep.input) continue;
    try {
      RequireLogits(*sweep.input, kernel.format);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{} {}", options.input, error.what()));
    }
  }
  // Better now than after the work.
  if (!options.directory.empty()) std::filesystem::create_directories(options.directory);

  const Record record = Sweep(sweep, context);
  std::string text = RenderConsole(record);
  if (!options.directory.empty()) {
    WriteReports(record, options.directory);
    text += fmt::format("Reports are in {}; begin with index.html or index.md.\n", options.directory);
  }
  Print(options.common, text, [&] { return RenderJson(record); });
  return ExitStatus(Overall(record));
}

}  // namespace

void AddReport(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("report", "Measure our kernels in ulp and write precision reports");
  command->footer(
      "Runs kernels over many kinds of rows, compares every result with the exact one, and reports errors in ulp "
      "beside\n"
      "the proved bounds.\n"
      "\n"
      "Examples:\n"
      "  softmax-verify report --effort quick\n"
      "  softmax-verify report --format f32,bf16 --out reports        pages, JSON, CSV and Markdown, one of each a format\n"
      "  softmax-verify report --input logits.npy --kernel 'softmax.*.f16'");
  AddSelection(command, "--kernel", &options->selection);
  std::vector<std::string> efforts;
  for (const Effort& effort : Efforts()) efforts.emplace_back(effort.name);
  command->add_option("--effort", options->effort, "quick (seconds), normal (minutes) or thorough (hours)")
      ->check(CLI::IsMember(efforts))
      ->capture_default_str();
  command
      ->add_option("--elements", options->elements,
                   "Compare about so many results in each format, of as many kinds of rows; fewer long rows where they cost more")
      ->check(WholeNumber(1, kMost))
      ->type_name("N");
  command
      ->add_option("--input", options->input,
                   "Your own logits: a .npy file of float16, float32 or float64, one row a line of the matrix")
      ->type_name("FILE");
  command
      ->add_option("--out", options->directory,
                   "Write softmax-verify-<format>.html, .json, .csv and .md, index.html and index.md here")
      ->type_name("DIR");
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Report(*options); }; });
}

}  // namespace softmax_verify::cli
