// Two records side by side, cell by cell: what became worse, and what only sampling noise tells apart.
#ifndef SOFTMAX_VERIFY_REPORTS_DIFF_H_
#define SOFTMAX_VERIFY_REPORTS_DIFF_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record.h"
#include "reports/sampling.h"

namespace softmax_verify {

// docs/comparing_reports.md says what each means.
enum class Change { worse, better, changed, added, gone, unchanged };
inline constexpr std::array<std::string_view, 6> kChangeNames = {"worse", "better", "changed", "new", "gone", "unchanged"};
constexpr std::string_view Name(Change change) { return kChangeNames[static_cast<std::size_t>(change)]; }

// Of different rows nothing is called worse or better by mistake but in one comparison of two records in a million.
inline constexpr double kFalseAlarms = 1e-6;

// A number of a cell that differs. Of different rows: one whose intervals do not overlap.
struct Figure {
  std::string_view name;  // a column (columns.h), or "verdict"
  std::string before, after;
  Change change = Change::changed;  // worse, better, or neither
};

struct CellDifference {
  const Cell* before = nullptr;  // null: new
  const Cell* after = nullptr;   // null: gone
  bool same_rows = false;        // compared number by number; else by what holds for all rows
  Change change = Change::unchanged;
  std::vector<Figure> figures = {};

  const Cell& cell() const { return after != nullptr ? *after : *before; }
};

struct SpecialDifference {
  const SpecialResult* before = nullptr;
  const SpecialResult* after = nullptr;
  Change change = Change::unchanged;

  const SpecialResult& result() const { return after != nullptr ? *after : *before; }
};

// Points into both records.
struct RecordDifference {
  const Record* before = nullptr;
  const Record* after = nullptr;
  std::vector<CellDifference> cells = {};  // all; the worst first, then better, changed, new, gone, unchanged
  std::vector<SpecialDifference> special = {};
  std::array<std::uint64_t, kChangeNames.size()> counts{};  // of cells and special rows, by Change
  std::uint64_t other_rows = 0;                             // of the cells in both: compared on different rows

  bool IsWorse() const { return counts[static_cast<std::size_t>(Change::worse)] > 0; }
};

// Throws std::invalid_argument, one line, where the two cannot be compared: they differ in parameters or in the input
// file, or have no cell in common.
RecordDifference Compare(const Record& before, const Record& after);

// "3 worse, 1 new, 20 unchanged": what occurs.
std::string ToString(const RecordDifference& difference);
// To read, short: the worst first, with the commands that show them.
std::string RenderDiff(const RecordDifference& difference);
// Everything but the unchanged cells, for programs.
std::string RenderDiffJson(const RecordDifference& difference);
// The same for a pull request: tables.
std::string RenderDiffMarkdown(const RecordDifference& difference);
// A test case for each kernel and target of the new record, and for those that are gone.
std::string RenderDiffJUnit(const RecordDifference& difference);
// Workflow commands of GitHub Actions: an error for each kernel that became worse, a notice where none did.
std::string RenderDiffAnnotations(const RecordDifference& difference);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_DIFF_H_
