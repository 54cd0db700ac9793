// softmax-verify diff: two records of 'report', cell by cell.
#include <memory>
#include <string>

#include "cli/common.h"
#include "reports/diff.h"
#include "reports/read_json.h"
#include "reports/render.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  std::string before, after;
  std::string markdown;
  CiOptions ci;
  CommonOptions common;
};

int Diff(const Options& options) {
  const Record before = ReadJsonFile(options.before), after = ReadJsonFile(options.after);
  const RecordDifference difference = Compare(before, after);
  if (!options.markdown.empty()) WriteAtomically(options.markdown, RenderDiffMarkdown(difference));
  Print(options.common, RenderDiff(difference), [&] { return RenderDiffJson(difference); });
  WriteCi(options.ci, {[&] { return RenderDiffJUnit(difference); }, [&] { return RenderDiffAnnotations(difference); },
                       [&] { return RenderDiffMarkdown(difference); }});
  return difference.IsWorse() ? kFailed : kPassed;
}

}  // namespace

void AddDiff(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("diff", "Compare two records of 'report': what became worse");
  command->footer(
      "Cells that were measured on the same rows (same seed, same numbers of rows) are compared number by number, others by\n"
      "what holds for all rows: a broken bound, and shares that sampling noise does not explain (docs/comparing_reports.md).\n"
      "\n"
      "Examples:\n"
      "  softmax-verify report --op softmax --format f32 --json new.json\n"
      "  softmax-verify diff old.json new.json\n"
      "  softmax-verify diff old.json new.json --markdown comment.md --junit diff.xml\n"
      "\n"
      "Exit status: 0 nothing became worse, 1 a cell or a special row did, 2 the files cannot be compared.");
  command->add_option("OLD", options->before, "The record before: JSON of 'report'")->required()->type_name("FILE");
  command->add_option("NEW", options->after, "The record after")->required()->type_name("FILE");
  command->add_option("--markdown", options->markdown, "Write tables for a pull request as well")->type_name("FILE");
  AddCiOptions(command, &options->ci);
  AddJson(command, &options->common);
  command->callback([options, run] { *run = [options] { return Diff(*options); }; });
}

}  // namespace softmax_verify::cli
