// softmax-verify formats: what each format costs, as figures.
#include <memory>
#include <string>

#include "cli/common.h"
#include "reports/choosing.h"
#include "reports/context.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  Selection selection;
  CommonOptions common;
};

int Formats(const Options& options) {
  ChoosingOptions choosing;
  choosing.kernels = Select(options.selection);
  choosing.threads = options.common.threads;
  Context context = BuildContext();
  context.seed = options.common.seed;
  context.effort = "formats";
  context.targets = TargetsOf(choosing.kernels);
  const ChoosingRecord record = MeasureFormats(choosing, context);
  Print(options.common, RenderConsole(record), [&] { return RenderJson(record); });
  return kPassed;
}

}  // namespace

void AddFormats(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("formats", "Measure what each format costs: digits, sums, masks, logarithms");
  command->footer(
      "Finds where each of our kernels loses its first digit, by length and spread of the row; where sums in 16 bits\n"
      "stop growing; which numbers mask safely; and what log(softmax) loses. docs/choosing_a_format.md is written from\n"
      "the figures of all kernels, which take some minutes. It measures; report and check judge.\n"
      "\n"
      "Examples:\n"
      "  softmax-verify formats --op softmax --format bf16\n"
      "  softmax-verify formats --json choosing.json && scripts/choosing_a_format --record choosing.json --out page.md");
  AddSelection(command, "--kernel", &options->selection);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Formats(*options); }; });
}

}  // namespace softmax_verify::cli
