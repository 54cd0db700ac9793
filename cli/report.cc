// softmax-verify report: how accurate our kernels are, as tables and files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/common.h"
#include "reports/context.h"
#include "reports/npy.h"
#include "reports/render.h"
#include "reports/rounding.h"
#include "reports/sweep.h"
#include "verify/draw.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  Selection selection;
  ParameterTexts parameters;
  std::string effort = "normal";
  std::uint64_t elements = 0;
  std::vector<std::string> families;
  std::vector<std::size_t> lengths;
  bool rounding = false;
  std::string input;
  std::string directory;
  CiOptions ci;
  BaselineOptions baseline;
  CommonOptions common;
};

int ReportRounding(const Options& options) {
  RoundingOptions rounding;
  rounding.kernels = Select(options.selection);
  std::erase_if(rounding.kernels, [](const Kernel& kernel) { return !kernel.claim.correctly_rounded; });
  if (rounding.kernels.empty()) {
    throw std::invalid_argument("--rounding takes kernels that claim it, such as 'softmax.correctly_rounded.*'");
  }
  rounding.elements = options.elements > 0 ? options.elements : 1'000'000;
  rounding.threads = options.common.threads;
  Context context = BuildContext();
  context.seed = options.common.seed;
  context.parameters = ParseParameters(options.parameters, rounding.kernels);
  context.effort = fmt::format("{} exact results of each kernel", rounding.elements);
  context.targets = TargetsOf(rounding.kernels);
  if (!options.directory.empty()) std::filesystem::create_directories(options.directory);

  const RoundingRecord record = CompareRounding(rounding, context);
  const std::string text = RenderMarkdown(record);
  if (!options.directory.empty()) {
    WriteAtomically(options.directory + "/correct_rounding.md", text);
    WriteAtomically(options.directory + "/correct_rounding.json", RenderJson(record));
  }
  Print(options.common, text, [&] { return RenderJson(record); });
  return ExitStatus(Overall(record));
}

int Report(const Options& options) {
  if (options.rounding) return ReportRounding(options);
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
  if (options.elements > 0) context.effort += fmt::format(", {} results", options.elements);
  for (const std::string& name : options.families) {
    const Family& family = RequireFamily(name);
    if (family.special) {
      throw std::invalid_argument(fmt::format(
          "--family {} has special rows, which every report tries by themselves; choose among the others of "
          "'softmax-verify list families'",
          name));
    }
    sweep.families.push_back(&family);
  }
  sweep.lengths = options.lengths;
  std::sort(sweep.lengths.begin(), sweep.lengths.end());
  sweep.lengths.erase(std::unique(sweep.lengths.begin(), sweep.lengths.end()), sweep.lengths.end());
  for (const std::size_t n : sweep.lengths) {
    const auto is_too_much = [n](const Kernel& kernel) { return WorkOf(kernel.operation, n) > static_cast<double>(kLongestRow); };
    RequireFitting(options.selection, fmt::format("--n {} makes a row as much work as {} exponentials or more", n, kLongestRow),
                   std::not_fn(is_too_much), &sweep.kernels);
  }
  if (!options.families.empty()) context.effort += fmt::format(", family {}", fmt::join(options.families, " "));
  if (!options.lengths.empty()) context.effort += fmt::format(", n = {}", fmt::join(options.lengths, " "));
  if (!options.input.empty()) {
    sweep.input = ReadNpyFile(options.input);
    context.input = options.input;
    context.effort = "input";
  }
  context.targets = TargetsOf(sweep.kernels);
  for (const Kernel& kernel : sweep.kernels) {
    if (!sweep.input) continue;
    try {
      RequireLogits(*sweep.input, kernel.format);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{} {}", options.input, error.what()));
    }
  }
  const Ratchet ratchet(options.baseline, {{"command", "report"},
                                           {"seed", std::to_string(context.seed)},
                                           {"effort", context.effort},
                                           {"parameters", AsOptions(context.parameters)},
                                           {"input", context.input}});
  // Better now than after the work.
  if (!options.directory.empty()) std::filesystem::create_directories(options.directory);

  const Record record = Sweep(sweep, context);
  std::string text = RenderConsole(record);
  if (!options.directory.empty()) {
    WriteReports(record, options.directory);
    text += fmt::format("Reports are in {}; begin with index.html or index.md.\n", options.directory);
  }
  const Conclusion conclusion = ratchet.Conclude(ItemsOf(record), Overall(record));
  Print(options.common, text, [&] { return RenderJson(record); }, conclusion.note);
  WriteCi(options.ci, TextsOf("softmax-verify report", conclusion));
  return conclusion.status;
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
      "  softmax-verify report --family vocabulary --n 128256,256000  rows of one kind, with so many logits\n"
      "  softmax-verify report --input logits.npy --kernel 'softmax.*.f16'\n"
      "  softmax-verify report --rounding --elements 1000000000       correct rounding, counted");
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
  CLI::Option* const families =
      command->add_option("--family", options->families, "Kinds of rows, such as vocabulary; default: all")
          ->type_name("NAME")
          ->delimiter(',');
  CLI::Option* const lengths =
      command
          ->add_option("--n", options->lengths, "Lengths of rows, such as 128256,256000; default: those of the effort")
          ->check(WholeNumber(1, kLongestRow))
          ->type_name("N")
          ->delimiter(',');
  CLI::Option* const rounding = command->add_flag(
      "--rounding", options->rounding,
      "Only count results that are not the nearest value, of the kernels that claim correct rounding; --elements then "
      "are exact results for each kernel, compared on every target");
  rounding->excludes(families)->excludes(lengths);
  command
      ->add_option("--input", options->input,
                   "Your own logits: a .npy file of float16, float32 or float64, one row a line of the matrix")
      ->type_name("FILE")
      ->excludes(rounding)
      ->excludes(families)
      ->excludes(lengths);
  command
      ->add_option("--out", options->directory,
                   "Write softmax-verify-<format>.html, .json, .csv and .md, index.html and index.md here")
      ->type_name("DIR");
  AddBaselineOptions(command, &options->baseline);
  AddCiOptions(command, &options->ci);
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Report(*options); }; });
}

}  // namespace softmax_verify::cli
