#include <fmt/format.h>

#include <algorithm>

#include "reports/render.h"
#include "reports/summary.h"
#include "reports/table.h"

namespace softmax_verify {
namespace {

constexpr std::size_t kFailuresShown = 10;

}  // namespace

std::string RenderConsole(const Record& record) {
  Table table{{"kernel", "max ulp", "err/bound", "mean ulp", "correct %", "|sum-1| u", "verdicts of cells"}, {}};
  for (const std::string& kernel : Distinct(record, [](const Cell& cell) { return cell.kernel; })) {
    const Summary all = Summarise(record, [&](const Cell& cell) { return cell.kernel == kernel; });
    table.rows.push_back({kernel, Short(all.max_ulp), Short(all.bound_ratio), Short(all.mean), Percent(all.correct),
                          Short(all.sum_deviation), ToString(all.verdicts)});
  }
  std::string text = Aligned(table);
  for (const InputRounding& input : record.input) {
    text += fmt::format("{}: {} of {} values of {} rounded to the format\n", Name(input.format), input.changed,
                        input.values, record.context.input);
  }

  const std::vector<const Cell*> failures = DistinctFailures(record);
  for (std::size_t i = 0; i < std::min(failures.size(), kFailuresShown); ++i) {
    text += fmt::format("\n{}", FailureBlock(record, *failures[i]));
  }
  if (failures.size() > kFailuresShown) {
    text += fmt::format("\nand {} more FAILED; the reports of --out show all\n", failures.size() - kFailuresShown);
  }
  for (const SpecialResult& special : record.special) {
    if (special.verdict == Verdict::failed) {
      text += fmt::format("\nFAILED  {}  {}  special row {}: {}\n", special.kernel, special.target, special.row,
                          special.outcome);
    }
  }
  return text + fmt::format("\n{}: {}\n", Name(Overall(record)), ToString(CountVerdicts(record)));
}

}  // namespace softmax_verify
