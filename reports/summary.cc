#include "reports/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/numbers.h"

namespace softmax_verify {

Summary Summarise(const Record& record, const std::function<bool(const Cell&)>& includes) {
  Summary summary;
  summary.sum_deviation = std::numeric_limits<double>::quiet_NaN();
  for (const Cell& cell : record.cells) {
    if (!includes(cell)) continue;
    const auto weight = static_cast<double>(cell.count);
    summary.rows += cell.rows;
    summary.count += cell.count;
    summary.inversions += cell.inversions;
    summary.max_ulp = std::max(summary.max_ulp, cell.ulp.max);
    summary.bound_ratio = std::max(summary.bound_ratio, cell.bound_ratio);
    summary.sum_deviation = std::fmax(summary.sum_deviation, cell.sum_deviation);
    summary.correct += weight * cell.correct;
    summary.faithful += weight * cell.faithful;
    summary.mean += weight * cell.ulp.mean;
    summary.signed_mean += weight * cell.ulp.signed_mean;
    ++summary.verdicts[static_cast<std::size_t>(cell.verdict)];
  }
  for (double* share : {&summary.correct, &summary.faithful, &summary.mean, &summary.signed_mean}) {
    *share /= static_cast<double>(summary.count);
  }
  return summary;
}

std::vector<std::string> Distinct(const Record& record, const std::function<std::string(const Cell&)>& field) {
  std::vector<std::string> values;
  for (const Cell& cell : record.cells) {
    const std::string value = field(cell);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
  return values;
}

std::string ToString(const VerdictCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i], Name(static_cast<Verdict>(i)));
  }
  return text.empty() ? "nothing compared" : text;
}

std::string Short(double value) { return std::isnan(value) ? "-" : fmt::format("{:.4g}", value); }

std::string Percent(double share) {
  if (std::isnan(share)) return "-";
  if (share < 1 && share > 0.9999) return ">99.99";
  if (share > 0 && share < 0.0001) return "<0.01";
  return fmt::format("{:.4g}", 100 * share);
}

std::vector<const Cell*> DistinctFailures(const Record& record) {
  std::vector<const Cell*> failures;
  for (const Cell& cell : record.cells) {
    const auto same = [&](const Cell* other) {
      return other->kernel == cell.kernel && other->family == cell.family && other->n == cell.n;
    };
    if (cell.verdict == Verdict::failed && std::none_of(failures.begin(), failures.end(), same)) {
      failures.push_back(&cell);
    }
  }
  return failures;
}

std::string FailureBlock(const Record& record, const Cell& cell) {
  return fmt::format(
      "FAILED  {}  {}  {}  n={}  {}\n"
      "        {}\n"
      "        element {}: got {}   exact {}\n"
      "        again: {}\n",
      cell.kernel, cell.target, cell.family, cell.n, cell.note, cell.worst.row, cell.worst.element,
      HexFloat(cell.worst.got), cell.worst.exact, ReproduceCommand(record, cell));
}

}  // namespace softmax_verify
