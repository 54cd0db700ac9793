#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "reports/render.h"
#include "reports/summary.h"
#include "reports/table.h"
#include "verify/case.h"

namespace softmax_verify {
namespace {

using Field = std::function<std::string(const Cell&)>;

std::string KernelOf(const Cell& cell) { return cell.kernel; }
std::string TargetOf(const Cell& cell) { return cell.target; }
std::string FamilyOf(const Cell& cell) { return cell.family; }
std::string LengthOf(const Cell& cell) { return std::to_string(cell.n); }

std::string Code(const std::string& text) { return "`" + text + "`"; }

std::string Failures(const Record& record) {
  std::string text;
  for (const Cell* cell : DistinctFailures(record)) text += fmt::format("{}\n", FailureBlock(record, *cell));
  for (const SpecialResult& special : record.special) {
    if (special.verdict != Verdict::failed) continue;
    text += fmt::format("FAILED  {}  {}  special row {}: {}\n\n", special.kernel, special.target, special.row,
                        special.outcome);
  }
  return text.empty() ? "Nothing failed.\n" : "```\n" + text.substr(0, text.size() - 1) + "```\n";
}

// Every verdict that is not PASSED, by kernel.
std::string Reservations(const Record& record) {
  std::string text;
  for (const std::string& kernel : Distinct(record, KernelOf)) {
    VerdictCounts counts = Summarise(record, [&](const Cell& cell) { return cell.kernel == kernel; }).verdicts;
    counts[static_cast<std::size_t>(Verdict::passed)] = 0;
    if (std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; })) {
      text += fmt::format("- {}: {}\n", Code(kernel), ToString(counts));
    }
  }
  return text.empty() ? text : "\nCells that are not PASSED:\n\n" + text;
}

std::string KernelTable(const Record& record) {
  // Sums and order mean something where results are distributions.
  const bool sums = std::any_of(record.cells.begin(), record.cells.end(),
                                [](const Cell& cell) { return !std::isnan(cell.sum_deviation); });
  Table table{{"kernel", "max ulp", "max error / bound", "mean ulp", "bias ulp", "correctly rounded %", "faithful %"},
              {}};
  if (sums) table.header.insert(table.header.end(), {"max \\|sum - 1\\| u", "inversions"});
  table.header.push_back("results");
  for (const std::string& kernel : Distinct(record, KernelOf)) {
    const Summary all = Summarise(record, [&](const Cell& cell) { return cell.kernel == kernel; });
    std::vector<std::string>& row =
        table.rows.emplace_back(std::vector{Code(kernel), Short(all.max_ulp), Short(all.bound_ratio), Short(all.mean),
                                            Short(all.signed_mean), Percent(all.correct), Percent(all.faithful)});
    if (sums) row.insert(row.end(), {Short(all.sum_deviation), std::to_string(all.inversions)});
    row.push_back(std::to_string(all.count));
  }
  return Pipes(table);
}

// The largest error in ulp: one line for each value of the field, one column a kernel.
std::string ErrorTable(const Record& record, const std::string& title, const Field& field) {
  const std::vector<std::string> kernels = Distinct(record, KernelOf);
  Table table{{title}, {}};
  for (const std::string& kernel : kernels) table.header.push_back(Code(kernel));
  for (const std::string& value : Distinct(record, field)) {
    std::vector<std::string> row = {value};
    for (const std::string& kernel : kernels) {
      const Summary part =
          Summarise(record, [&](const Cell& cell) { return cell.kernel == kernel && field(cell) == value; });
      row.push_back(part.count > 0 ? Short(part.max_ulp) : "-");
    }
    table.rows.push_back(std::move(row));
  }
  return Pipes(table);
}

std::string SpecialTable(const Record& record) {
  // outcome -> targets, where they differ
  const auto entry = [&](const std::string& row, const std::string& kernel) {
    std::vector<std::string> outcomes;
    bool failed = false;
    for (const SpecialResult& special : record.special) {
      if (special.row != row || special.kernel != kernel) continue;
      failed |= special.verdict == Verdict::failed;
      if (std::find(outcomes.begin(), outcomes.end(), special.outcome) == outcomes.end()) {
        outcomes.push_back(special.outcome);
      }
    }
    std::string text = failed ? "**FAILED** " : "";
    for (std::size_t i = 0; i < outcomes.size(); ++i) text += (i > 0 ? " or " : "") + outcomes[i];
    return text;
  };
  const std::vector<std::string> kernels = Distinct(record, KernelOf);
  std::vector<std::string> rows;
  for (const SpecialResult& special : record.special) {
    if (std::find(rows.begin(), rows.end(), special.row) == rows.end()) rows.push_back(special.row);
  }
  Table table{{"row"}, {}};
  for (const std::string& kernel : kernels) table.header.push_back(Code(kernel));
  for (const std::string& row : rows) {
    table.rows.push_back({row});
    for (const std::string& kernel : kernels) table.rows.back().push_back(entry(row, kernel));
  }
  return Pipes(table);
}

std::string CoverageTable(const Record& record) {
  Table table{{"kernel", "target", "rows", "results", "vacuous", "unclaimed rows", "failed rows", "failing share <",
               "exhaustive"},
              {}};
  for (const Coverage& coverage : record.coverage) {
    table.rows.push_back({Code(coverage.kernel), coverage.target, std::to_string(coverage.rows),
                          std::to_string(coverage.samples), std::to_string(coverage.vacuous),
                          std::to_string(coverage.unclaimed_rows), std::to_string(coverage.failed_rows),
                          fmt::format("{:.2g}", coverage.failure_rate_95), coverage.exhaustive ? "yes" : "no"});
  }
  return Pipes(table);
}

std::string ReferenceList(const Record& record) {
  std::string text;
  for (const ReferenceEffort& effort : record.reference) {
    text += fmt::format("{}{} results by {} bits", text.empty() ? "" : ", ", effort.elements, effort.bits);
  }
  return text.empty() ? "no results" : text;
}

std::string ContextTable(const Record& record) {
  const Context& context = record.context;
  Table table{{"", "value"}, {}};
  const auto add = [&](std::string name, std::string value) {
    table.rows.push_back({std::move(name), std::move(value)});
  };
  add("commit", context.commit);
  add("compiler", context.compiler);
  add("flags", Code(context.flags));
  for (const auto& [name, version] : context.libraries) add(name, version);
  add("CPU", context.cpu);
  std::string targets;
  for (const std::string& target : context.targets) targets += (targets.empty() ? "" : " ") + target;
  add("targets", targets);
  add("seed", std::to_string(context.seed));
  add("effort", context.effort);
  for (const ParameterInfo& info : kParameters) {
    if (!context.parameters.given.Has(info.parameter)) continue;
    add(std::string(info.name), ParameterText(context.parameters.values, info.parameter));
  }
  for (const InputRounding& input : record.input) {
    add("input", fmt::format("{}: {} of {} values rounded to {}", context.input, input.changed, input.values,
                             Name(input.format)));
  }
  return Pipes(table);
}

constexpr std::string_view kHowToRead =
    R"(Errors are in ulp, the unit in the last place of the exact result (where an operation cancels, of what cancels), and
measured against the exact result itself rather than its rounding: 0.5 is correct rounding. "Error / bound" compares
each error with the one that is proved for that result of that row; a value above 1 is FAILED. u = 2^-p is half an
ulp of 1. An inversion is a result smaller than that of a smaller logit. Vacuous results are those whose bound would
have let a 0 pass. "Failing share" is the 95 % upper bound (Clopper and Pearson) on the share of failing rows among
claimed rows drawn like these; it says nothing of other rows. UNCLAIMED: measured, nothing promised. MISTRUSTED:
less than one telling result in two rows. More in docs/reading_a_report.md.
)";

// What is to be said of one operation.
std::string Section(const Record& record, const OperationInfo& operation) {
  std::string text = fmt::format("\n## {}\n\n{}, {}\n\n", operation.name, Code(std::string(operation.shape)),
                                 Code(std::string(operation.definition)));
  text += "The worst over all targets, families and lengths:\n\n" + KernelTable(record);
  text += "\n### Largest error in ulp by family\n\n" + ErrorTable(record, "family", FamilyOf);
  text += "\n### Largest error in ulp by length\n\n" + ErrorTable(record, "n", LengthOf);
  text += "\n### Largest error in ulp by target\n\n" + ErrorTable(record, "target", TargetOf);
  if (!record.special.empty()) {
    text += "\n### Special rows\n\nWhat came out, on all targets.\n\n" + SpecialTable(record);
  }
  return text;
}

}  // namespace

std::string RenderMarkdown(const Record& record, Format format) {
  const Record part = OfFormat(record, format);
  std::string text = fmt::format("# Precision report: {}\n\n", Name(format));
  text += fmt::format("**{}**: {}.\n\n", Name(Overall(part)), ToString(CountVerdicts(part)));
  text += Failures(part) + Reservations(part);
  for (const Operation operation : OperationsOf(part)) text += Section(OfOperation(part, operation), Info(operation));
  text += "\n## Coverage\n\n" + CoverageTable(part);
  text += fmt::format("\nThe reference decided {}.\n", ReferenceList(part));
  text += fmt::format("\n## How to read this\n\n{}", kHowToRead);
  text += "\n## Context\n\n" + ContextTable(part);
  return text;
}

std::string RenderIndex(const Record& record) {
  Table table{{"operation", "format", "max ulp", "max error / bound", "verdicts of cells"}, {}};
  for (const Operation operation : OperationsOf(record)) {
    for (const Format format : FormatsOf(record)) {
      const Summary claimed = Summarise(record, [&](const Cell& cell) {
        return cell.operation == operation && cell.format == format && cell.verdict != Verdict::unclaimed;
      });
      const Summary all =
          Summarise(record, [&](const Cell& cell) { return cell.operation == operation && cell.format == format; });
      if (all.count == 0) continue;
      table.rows.push_back({Code(std::string(Name(operation))),
                            fmt::format("[{0}](softmax-verify-{0}.md#{1})", Name(format), Name(operation)),
                            claimed.count > 0 ? Short(claimed.max_ulp) : "-",
                            claimed.count > 0 ? Short(claimed.bound_ratio) : "-", ToString(all.verdicts)});
    }
  }
  return fmt::format(
      "# Precision reports\n\n**{}**: {}.\n\nThe largest error of any kernel in ulp of the format, where something is "
      "promised for it, and the largest share of its proved bound that an error used.\n\n{}",
      Name(Overall(record)), ToString(CountVerdicts(record)), Pipes(table));
}

}  // namespace softmax_verify
