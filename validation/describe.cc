#include "validation/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>

#include "reports/numbers.h"
#include "validation/render.h"

namespace softmax_verify {
namespace {

std::string Ulps(double ulp) { return std::isfinite(ulp) ? fmt::format("{:.4g} ulp", ulp) : "infinite"; }

}  // namespace

std::string Meaning(const Validation& validation) {
  const Signature& signature = validation.declaration.signature;
  constexpr const char* forms[] = {"a matrix of rows", "one row", "the middle axis of a tensor", "a head of attention"};
  std::string text = fmt::format("{} in {}, {}", Name(signature.operation), Name(signature.format),
                                 forms[static_cast<int>(validation.declaration.form)]);
  if (validation.declaration.in_place) {
    text += fmt::format(", {} in place of {}", Name(*validation.declaration.in_place),
                        Name(*validation.declaration.in_place_of));
  }
  return text;
}

std::string ClaimText(const Validation& validation) {
  const std::string& accumulation = validation.request.accumulation;
  const std::string_view compute = Name(Info(validation.declaration.signature.format).compute);
  const std::string sums = accumulation == "sequential" ? fmt::format("in any order in {}", compute) : accumulation;
  return fmt::format("sums {}, exp within {:g} ulp", sums, validation.request.exp_ulp);
}

std::string DecimalRow(const Row& row) {
  std::string text;
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    const Values& values = row[operand.role];
    if (values.size() > kWholeRow) return "";
    std::vector<std::string> numbers;
    for (const double value : values) numbers.push_back(ShortestDecimal(row.format, value));
    text += fmt::format("{}{} = {{{}}}", text.empty() ? "" : "  ", Name(operand.role), fmt::join(numbers, ", "));
  }
  return text;
}

std::string NumbersText(const Violation& violation, Format format) {
  if (std::isnan(violation.error) && std::isnan(violation.exact)) return "";
  const int digits = DigitsOf(format);
  std::string text = fmt::format("got {} ({:.{}g})   exact {} ({:.{}g})", HexFloat(violation.got), violation.got,
                                 digits, HexFloat(violation.exact), violation.exact, digits);
  if (HasError(violation)) text += fmt::format("   error {:.4g}   bound {:.4g}", violation.error, violation.bound);
  return text;
}

std::string ShrunkText(const Counterexample& counterexample) {
  const auto& [trial, violation, called] = counterexample;
  std::string text = ToString(trial.row, kWholeRow);
  const std::string call = called.empty() ? "" : "called with " + called;
  for (const std::string& line : {DecimalRow(trial.row), call, NumbersText(violation, trial.row.format)}) {
    if (!line.empty()) text.append(1, '\n').append(line);
  }
  return text;
}

std::vector<std::string> AccuracyLines(const AccuracySummary& summary) {
  const Cell& cell = summary.cell;
  if (cell.count == 0) return {"SKIPPED: no call of the sweep came back with results"};
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("{}: largest error {}, 99 % within {}, mean {}; {:.4g} % correctly rounded; {} results of {} rows, "
                  "lengths {} to {}",
                  Name(cell.verdict), Ulps(cell.ulp.max), Ulps(cell.ulp.p99), Ulps(cell.ulp.mean), 100 * cell.correct,
                  cell.count, cell.rows, summary.shortest, summary.longest));
  if (cell.unclaimed_rows > 0) {
    lines.push_back(
        fmt::format("nothing is proved for {} of the rows (their bound is 100 % or more, or what is computed may "
                    "overflow): errors there are measured, not judged",
                    cell.unclaimed_rows));
  }
  if (!std::isfinite(cell.bound) && cell.unclaimed_rows == 0) {
    lines.push_back(
        "nothing is proved for some of the results (of rows with nothing to see, say): laws of their own judge them");
  }
  if (summary.not_numbers > 0) {
    lines.push_back(fmt::format("{} further rows with a NaN or an infinity, as laws allow, where the exact result is a number",
                                summary.not_numbers));
  }
  if (!std::isfinite(cell.ulp.max))
    lines.push_back("an infinite error is a NaN or an infinity where there is a number, or the reverse");
  if (cell.unclaimed_rows < cell.rows) {
    lines.push_back(std::isfinite(cell.bound_ratio)
                        ? fmt::format("the largest error beside its proved bound: {:.3g} of it", cell.bound_ratio)
                        : "the largest error beside its proved bound: infinite");
  }
  lines.push_back(
      fmt::format("tightest class that the errors fit: {} (of wide, compensated, pairwise, lanes, sequential, native)",
                  summary.tightest));
  std::string others = fmt::format("for comparison: default tolerances of torch.testing.assert_close {}",
                                   summary.torch_defaults ? "met" : "not met");
  if (summary.within_twice_ours) {
    others += fmt::format("; twice the largest error of our own kernel {}",
                          *summary.within_twice_ours ? "not exceeded" : "exceeded");
  }
  lines.push_back(others);
  return lines;
}

std::string BeyondMaxUlp(const Validation& validation, const AccuracySummary& summary) {
  if (!validation.max_ulp || summary.cell.ulp.max <= *validation.max_ulp) return "";
  return fmt::format("{}, expected at most {:g}", Ulps(summary.cell.ulp.max), *validation.max_ulp);
}

std::string CoverageText(const CallCoverage& coverage) {
  std::string text = fmt::format("{} calls; every length to {}", coverage.calls, coverage.EveryLengthTo());
  if (!coverage.lengths.empty()) text += fmt::format(", the longest {}", *coverage.lengths.rbegin());
  if (!coverage.rows.empty())
    text += fmt::format("; {} to {} rows a call", *coverage.rows.begin(), *coverage.rows.rbegin());
  text += fmt::format("; {} calls with gaps between rows; {} of 64 alignments modulo 64 bytes", coverage.strided,
                      coverage.alignments.count());
  if (!coverage.cpus.empty()) text += fmt::format("; CPUs {}", fmt::join(coverage.cpus, ", "));
  return text;
}

LawCounts CountLaws(const Validation& validation) {
  LawCounts counts;
  for (const LawResult& law : validation.laws) {
    counts.held += law.Judge() == Verdict::passed;
    counts.broken += law.Judge() == Verdict::failed;
    if (law.Judge() == Verdict::mistrusted) counts.without_case.emplace_back(law.law->name);
    counts.trials += law.held + law.broken;
  }
  return counts;
}

std::string LawsText(const Validation& validation) {
  const LawCounts counts = CountLaws(validation);
  std::string text = fmt::format("{} held, {} broken; {} trials", counts.held, counts.broken, counts.trials);
  if (!counts.without_case.empty())
    text += fmt::format("; no call that would try {}", fmt::join(counts.without_case, ", "));
  return text;
}

std::vector<std::pair<std::string, std::string>> LeftOut(const Validation& validation) {
  std::map<std::string, std::string> by_reason;
  for (const auto& [what, reason] : validation.left_out)
    by_reason[reason] += (by_reason[reason].empty() ? "" : ", ") + what;
  std::vector<std::pair<std::string, std::string>> left_out;
  for (const auto& [reason, what] : by_reason) left_out.emplace_back(what, reason);
  return left_out;
}

}  // namespace softmax_verify
