#include "reports/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "reports/json.h"
#include "reports/rows.h"

namespace softmax_verify {
namespace {

// --- On the same rows: number by number ---------------------------------------------------------------------------

enum class Better { less, more, neither };

struct Measure {
  std::string_view name;
  double (*value)(const Cell&);
  Better better;
};

constexpr Measure kMeasures[] = {
    {"failed_rows", [](const Cell& cell) { return static_cast<double>(cell.failed_rows); }, Better::less},
    {"unclaimed_rows", [](const Cell& cell) { return static_cast<double>(cell.unclaimed_rows); }, Better::less},
    {"max_ulp", [](const Cell& cell) { return cell.ulp.max; }, Better::less},
    {"p999_ulp", [](const Cell& cell) { return cell.ulp.p999; }, Better::less},
    {"p99_ulp", [](const Cell& cell) { return cell.ulp.p99; }, Better::less},
    {"mean_ulp", [](const Cell& cell) { return cell.ulp.mean; }, Better::less},
    {"rms_ulp", [](const Cell& cell) { return cell.ulp.rms; }, Better::less},
    {"correct", [](const Cell& cell) { return cell.correct; }, Better::more},
    {"faithful", [](const Cell& cell) { return cell.faithful; }, Better::more},
    {"sum_deviation_u", [](const Cell& cell) { return cell.sum_deviation; }, Better::less},
    {"inversions", [](const Cell& cell) { return static_cast<double>(cell.inversions); }, Better::less},
    // A larger bound promises less.
    {"bound_ulp", [](const Cell& cell) { return cell.bound; }, Better::less},
    {"sum_bound_u", [](const Cell& cell) { return cell.sum_bound; }, Better::less},
    {"signed_mean_ulp", [](const Cell& cell) { return cell.ulp.signed_mean; }, Better::neither},
    {"zeros", [](const Cell& cell) { return static_cast<double>(cell.zeros); }, Better::neither},
    {"informative", [](const Cell& cell) { return static_cast<double>(cell.informative); }, Better::neither},
};

void AddVerdict(const Cell& before, const Cell& after, std::vector<Figure>* figures) {
  if (before.verdict == after.verdict) return;
  figures->push_back({"verdict", std::string(Name(before.verdict)), std::string(Name(after.verdict)),
                      Rank(after.verdict) > Rank(before.verdict) ? Change::worse : Change::better});
}

// As both records hold the number.
std::string Text(double value) { return fmt::format("{:.6g}", value); }

void AddFigure(const Measure& measure, const Cell& before, const Cell& after, std::vector<Figure>* figures) {
  const double a = SixDigits(measure.value(before)), b = SixDigits(measure.value(after));
  if (a == b || (std::isnan(a) && std::isnan(b))) return;
  const bool comparable = measure.better != Better::neither && !std::isnan(a) && !std::isnan(b);
  figures->push_back({measure.name, Text(a), Text(b),
                      !comparable                                ? Change::changed
                      : (b > a) == (measure.better == Better::less) ? Change::worse
                                                                    : Change::better});
}

std::vector<Figure> CompareNumbers(const Cell& before, const Cell& after) {
  std::vector<Figure> figures;
  AddVerdict(before, after, &figures);
  for (const Measure& measure : kMeasures) AddFigure(measure, before, after, &figures);
  // A share of another bound is another thing.
  if (SixDigits(before.bound) == SixDigits(after.bound)) {
    AddFigure({"bound_ratio", [](const Cell& cell) { return cell.bound_ratio; }, Better::less}, before, after, &figures);
  }
  return figures;
}

// --- On different rows: by bounds and counts ----------------------------------------------------------------------

// The results of a row that has as few as there can be.
std::uint64_t FewestResults(Operation operation, std::size_t n) {
  std::uint64_t results = 0;
  for (const Operand& operand : Info(operation).operands) {
    if (operand.output && !operand.optional) results += operand.Extent({1, n, 1}, Reduction::none);
  }
  return results;
}

// Whether every row has as many results as every other, so that a share of results is a mean over rows.
bool HasEqualRows(const Cell& cell) { return cell.count == cell.rows * FewestResults(cell.operation, cell.n); }

struct Rate {
  std::string_view name;
  std::uint64_t (*hits)(const Cell&);
};
constexpr Rate kRates[] = {
    {"failed_rows", [](const Cell& cell) { return cell.failed_rows; }},
    {"unclaimed_rows", [](const Cell& cell) { return cell.unclaimed_rows; }},
};
struct Share {
  std::string_view name;
  double (*share)(const Cell&);
};
constexpr Share kShares[] = {
    {"correct", [](const Cell& cell) { return cell.correct; }},
    {"faithful", [](const Cell& cell) { return cell.faithful; }},
};
constexpr std::size_t kTestsOfCell = std::size(kRates) + std::size(kShares);

// What a share of six digits can have been.
Interval IntervalOf(const Share& share, const Cell& cell, double miss) {
  constexpr double kHalfDigit = 5e-7;
  const double value = share.share(cell);
  return MeanInterval(std::max(value - kHalfDigit, 0.0), std::min(value + kHalfDigit, 1.0), cell.rows, miss);
}

// Each interval misses what it is to hold with the probability `miss` at most.
std::vector<Figure> CompareSamples(const Cell& before, const Cell& after, double miss) {
  std::vector<Figure> figures;
  // A bound that is broken is proved wrong, whatever the rows. That none was seen broken proves nothing.
  if (after.verdict == Verdict::failed && before.verdict != Verdict::failed) AddVerdict(before, after, &figures);
  const auto add = [&](std::string_view name, const std::string& a, const std::string& b, const Interval& of_a,
                       const Interval& of_b, Better better) {
    if (of_a.Overlaps(of_b)) return;
    const auto text = [](const std::string& seen, const Interval& interval) {
      return fmt::format("{} (true share in [{:.4g}, {:.4g}])", seen, interval.low, interval.high);
    };
    figures.push_back({name, text(a, of_a), text(b, of_b),
                       of_a.IsBelow(of_b) == (better == Better::less) ? Change::worse : Change::better});
  };
  for (const auto& [name, hits] : kRates) {
    const auto text = [hits = hits](const Cell& cell) { return fmt::format("{} of {} rows", hits(cell), cell.rows); };
    add(name, text(before), text(after), RateInterval(hits(before), before.rows, miss),
        RateInterval(hits(after), after.rows, miss), Better::less);
  }
  if (!HasEqualRows(before) || !HasEqualRows(after)) return figures;
  for (const Share& share : kShares) {
    add(share.name, Text(share.share(before)), Text(share.share(after)), IntervalOf(share, before, miss),
        IntervalOf(share, after, miss), Better::more);
  }
  return figures;
}

// --- Which cells, and on which rows -------------------------------------------------------------------------------

using CellKey = std::tuple<std::string, std::string, std::string, std::size_t>;
CellKey KeyOf(const Cell& cell) { return {cell.kernel, cell.target, cell.family, cell.n}; }

// Cells in which nothing was compared are as good as none.
std::map<CellKey, const Cell*> CellsOf(const Record& record) {
  std::map<CellKey, const Cell*> cells;
  for (const Cell& cell : record.cells) {
    if (cell.count > 0) cells.emplace(KeyOf(cell), &cell);
  }
  return cells;
}

// What the records show of the rows that they were made from. One seed gives other rows where their making has changed
// in between, or a kernel takes other operands.
class SeenRows {
 public:
  explicit SeenRows(const Record& record) {
    for (const Cell& cell : record.cells) {
      if (cell.count > 0) rows_[{cell.kernel, cell.family, cell.n}][cell.worst.sample] = cell.worst.row;
    }
    for (const Profile& profile : record.profiles) {
      for (const auto* bins : {&profile.distance, &profile.magnitude}) {
        for (const ErrorBin& bin : *bins) rows_[{profile.kernel, profile.family, bin.n}][bin.worst.sample] = bin.worst.row;
      }
    }
  }

  bool Contradict(const SeenRows& other, const Cell& cell) const {
    const Unit unit(cell.kernel, cell.family, cell.n);
    const auto mine = rows_.find(unit), theirs = other.rows_.find(unit);
    if (mine == rows_.end() || theirs == other.rows_.end()) return false;
    return std::any_of(mine->second.begin(), mine->second.end(), [&](const auto& row) {
      const auto same_sample = theirs->second.find(row.first);
      return same_sample != theirs->second.end() && same_sample->second != row.second;
    });
  }

 private:
  using Unit = std::tuple<std::string, std::string, std::size_t>;

  std::map<Unit, std::map<std::uint64_t, std::string>> rows_;
};

void RequireComparable(const Record& before, const Record& after) {
  const auto parameters = [](const Record& record) {
    const std::string options = AsOptions(record.context.parameters);
    return options.empty() ? " none" : options;
  };
  if (parameters(before) != parameters(after)) {
    throw std::invalid_argument(fmt::format(
        "the records are of different parameters (old:{}; new:{}); compare reports that were given the same",
        parameters(before), parameters(after)));
  }
  const auto input = [](const Record& record) {
    return record.context.input.empty() ? "the families" : "'" + record.context.input + "'";
  };
  if (input(before) != input(after)) {
    throw std::invalid_argument(fmt::format(
        "the records are of different rows (old: {}; new: {}); compare reports of the same --input, or of none",
        input(before), input(after)));
  }
}

// Of a cell: worse in anything is worse.
Change Judge(const std::vector<Figure>& figures) {
  const auto any = [&](Change change) {
    return std::any_of(figures.begin(), figures.end(), [&](const Figure& figure) { return figure.change == change; });
  };
  if (any(Change::worse)) return Change::worse;
  if (any(Change::better)) return Change::better;
  return figures.empty() ? Change::unchanged : Change::changed;
}

// The worst first: FAILED, then what lost the most ulps. NaN counts as nothing.
std::tuple<bool, double, double> Severity(const CellDifference& difference) {
  if (difference.change != Change::worse) return {};
  const Cell &before = *difference.before, &after = *difference.after;
  const auto rise = [](double a, double b) { return b > a ? b - a : 0; };
  return {after.verdict == Verdict::failed && before.verdict != Verdict::failed, rise(before.ulp.max, after.ulp.max),
          rise(before.ulp.mean, after.ulp.mean)};
}

std::vector<SpecialDifference> CompareSpecial(const Record& before, const Record& after) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, SpecialDifference> differences;
  for (const SpecialResult& special : before.special) {
    differences[{special.kernel, special.target, special.row}].before = &special;
  }
  for (const SpecialResult& special : after.special) {
    differences[{special.kernel, special.target, special.row}].after = &special;
  }
  std::vector<SpecialDifference> all;
  for (auto& [key, difference] : differences) {
    const auto& [a, b, change] = difference;
    const auto failed = [](const SpecialResult* special) { return special->verdict == Verdict::failed; };
    difference.change = a == nullptr               ? Change::added
                        : b == nullptr             ? Change::gone
                        : failed(b) != failed(a)   ? failed(b) ? Change::worse : Change::better
                        : a->outcome != b->outcome ? Change::changed
                                                   : Change::unchanged;
    all.push_back(difference);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.change < b.change; });
  return all;
}

}  // namespace

RecordDifference Compare(const Record& before, const Record& after) {
  RequireComparable(before, after);
  const std::map<CellKey, const Cell*> old_cells = CellsOf(before), new_cells = CellsOf(after);
  const SeenRows old_rows(before), new_rows(after);
  const bool same_source = !after.context.input.empty() || before.context.seed == after.context.seed;

  RecordDifference all{.before = &before, .after = &after};
  std::uint64_t in_both = 0;
  for (const auto& [key, cell] : new_cells) {
    const auto old_cell = old_cells.find(key);
    CellDifference difference;
    difference.after = cell;
    difference.change = Change::added;
    if (old_cell != old_cells.end()) {
      difference.before = old_cell->second;
      const Cell& old = *old_cell->second;
      difference.same_rows =
          same_source && old.rows == cell->rows && old.count == cell->count && !old_rows.Contradict(new_rows, *cell);
      if (!difference.same_rows && !after.context.input.empty()) {
        throw std::invalid_argument(fmt::format("the records are of different contents of '{}'; measure the same file again",
                                                after.context.input));
      }
      ++in_both;
      all.other_rows += !difference.same_rows;
    }
    all.cells.push_back(difference);
  }
  if (in_both == 0) {
    throw std::invalid_argument(
        "the records have no cell in common: same kernel, target, family and length; compare reports of the same selection");
  }
  for (const auto& [key, cell] : old_cells) {
    if (!new_cells.contains(key)) all.cells.push_back({.before = cell, .change = Change::gone});
  }

  // Two intervals a test: by Boole's inequality all of them hold but for kFalseAlarms.
  const double miss = kFalseAlarms / static_cast<double>(2 * kTestsOfCell * std::max<std::uint64_t>(all.other_rows, 1));
  for (CellDifference& difference : all.cells) {
    if (difference.before == nullptr || difference.after == nullptr) continue;
    difference.figures = difference.same_rows ? CompareNumbers(*difference.before, *difference.after)
                                              : CompareSamples(*difference.before, *difference.after, miss);
    difference.change = Judge(difference.figures);
  }
  std::stable_sort(all.cells.begin(), all.cells.end(), [](const CellDifference& a, const CellDifference& b) {
    return a.change != b.change ? a.change < b.change : Severity(a) > Severity(b);
  });
  all.special = CompareSpecial(before, after);
  for (const CellDifference& difference : all.cells) ++all.counts[static_cast<std::size_t>(difference.change)];
  for (const SpecialDifference& difference : all.special) ++all.counts[static_cast<std::size_t>(difference.change)];
  return all;
}

}  // namespace softmax_verify
