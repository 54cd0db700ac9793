// A comparison of two records as text for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "reports/diff.h"
#include "reports/json.h"
#include "reports/markup.h"
#include "reports/table.h"

namespace softmax_verify {
namespace {

constexpr std::size_t kWorseShown = 20;
constexpr std::size_t kOthersShown = 5;
constexpr Change kOthers[] = {Change::better, Change::changed};

std::string NameOf(const Cell& cell) {
  return fmt::format("{}  {}  {}  n={}", cell.kernel, cell.target, cell.family, cell.n);
}

std::string NameOf(const SpecialResult& special) {
  return fmt::format("{}  {}  special row {}", special.kernel, special.target, special.row);
}

// "max_ulp 1.5 -> 2.5, correct 0.6 -> 0.5"; those first that are what the cell is.
std::string FiguresText(const CellDifference& difference) {
  std::string text;
  for (const bool is_first : {true, false}) {
    for (const Figure& figure : difference.figures) {
      if ((figure.change == difference.change) != is_first) continue;
      text += fmt::format("{}{} {} -> {}", text.empty() ? "" : ", ", figure.name, figure.before, figure.after);
      if (!is_first) text += fmt::format(" ({})", figure.change == Change::changed ? "neither better nor worse" : Name(figure.change));
    }
  }
  return text;
}

std::string OutcomeText(const SpecialDifference& difference) {
  const auto text = [](const SpecialResult& special) { return fmt::format("{} {}", Name(special.verdict), special.outcome); };
  return fmt::format("{} -> {}", text(*difference.before), text(*difference.after));
}

std::uint64_t Count(const RecordDifference& difference, Change change) {
  return difference.counts[static_cast<std::size_t>(change)];
}

// What is only in one of the records: of which kernels how many cells and special rows.
std::string OneSided(const RecordDifference& difference, Change change) {
  std::map<std::string, std::uint64_t> kernels;
  const auto count = [&](const auto& entry, const auto& named) {
    if (entry.change == change) ++kernels[fmt::format("{} {}", named.kernel, named.target)];
  };
  for (const CellDifference& cell : difference.cells) count(cell, cell.cell());
  for (const SpecialDifference& special : difference.special) count(special, special.result());
  std::string text;
  std::size_t shown = 0;
  for (const auto& [kernel, cells] : kernels) {
    if (shown++ < kOthersShown) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", kernel, cells);
  }
  if (shown > kOthersShown) text += fmt::format(" and {} more kernels", shown - kOthersShown);
  return text;
}

std::string SamplingText(const RecordDifference& difference) {
  if (difference.other_rows == 0) return "";
  return fmt::format(
      "{} cells were measured on different rows: there only a broken bound, and what sampling noise does not explain, "
      "count.\n",
      difference.other_rows);
}

std::string_view Headline(const RecordDifference& difference) { return difference.IsWorse() ? "WORSE" : "NOT WORSE"; }

Json RunOf(const Context& context) {
  return {{"commit", context.commit}, {"seed", context.seed}, {"effort", context.effort}, {"targets", context.targets}};
}

Json NamesOf(const Cell& cell) {
  return {{"operation", Name(cell.operation)}, {"algorithm", cell.algorithm}, {"format", Name(cell.format)},
          {"target", cell.target},             {"family", cell.family},       {"n", cell.n}};
}

}  // namespace

std::string ToString(const RecordDifference& difference) {
  std::string text;
  for (std::size_t i = 0; i < difference.counts.size(); ++i) {
    if (difference.counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", difference.counts[i], kChangeNames[i]);
  }
  return text;
}

std::string RenderDiff(const RecordDifference& difference) {
  std::string text;
  std::size_t shown = 0;
  for (const SpecialDifference& special : difference.special) {
    if (special.change != Change::worse || shown++ >= kWorseShown) continue;
    text += fmt::format("WORSE  {}\n       {}\n", NameOf(special.result()), OutcomeText(special));
  }
  for (const CellDifference& cell : difference.cells) {
    if (cell.change != Change::worse || shown++ >= kWorseShown) continue;
    text += fmt::format("WORSE  {}\n       {}\n       {}\n       again: {}\n", NameOf(cell.cell()), FiguresText(cell),
                        cell.after->worst.row, ReproduceCommand(*difference.after, *cell.after));
  }
  if (shown > kWorseShown) text += fmt::format("and {} more worse; --json has all\n", shown - kWorseShown);
  for (const Change change : kOthers) {
    shown = 0;
    const auto add = [&](const std::string& name, const std::string& what) {
      if (shown++ < kOthersShown) text += fmt::format("{:<7}  {}: {}\n", Name(change), name, what);
    };
    for (const SpecialDifference& special : difference.special) {
      if (special.change == change) add(NameOf(special.result()), OutcomeText(special));
    }
    for (const CellDifference& cell : difference.cells) {
      if (cell.change == change) add(NameOf(cell.cell()), FiguresText(cell));
    }
    if (shown > kOthersShown) text += fmt::format("and {} more {}; --json has all\n", shown - kOthersShown, Name(change));
  }
  for (const Change change : {Change::added, Change::gone}) {
    if (Count(difference, change) > 0) text += fmt::format("{:<7}  {}\n", Name(change), OneSided(difference, change));
  }
  return fmt::format("{}{}{}: {}\n", text, SamplingText(difference), Headline(difference), ToString(difference));
}

std::string RenderDiffJson(const RecordDifference& difference) {
  Json counts = Json::object(), cells = Json::array(), special = Json::array();
  for (std::size_t i = 0; i < difference.counts.size(); ++i) counts[std::string(kChangeNames[i])] = difference.counts[i];
  for (const CellDifference& cell : difference.cells) {
    if (cell.change == Change::unchanged) continue;
    Json entry = NamesOf(cell.cell());
    entry["change"] = Name(cell.change);
    if (cell.before != nullptr && cell.after != nullptr) {
      entry["same_rows"] = cell.same_rows;
      entry["figures"] = Json::array();
      for (const Figure& figure : cell.figures) {
        entry["figures"].push_back({{"name", figure.name}, {"before", figure.before}, {"after", figure.after},
                                    {"change", Name(figure.change)}});
      }
      entry["again"] = ReproduceCommand(*difference.after, *cell.after);
    }
    cells.push_back(std::move(entry));
  }
  for (const SpecialDifference& each : difference.special) {
    if (each.change == Change::unchanged) continue;
    const auto outcome = [](const SpecialResult* result) {
      return result == nullptr ? Json() : Json{{"outcome", result->outcome}, {"verdict", Name(result->verdict)}};
    };
    special.push_back({{"kernel", each.result().kernel}, {"target", each.result().target}, {"row", each.result().row},
                       {"change", Name(each.change)}, {"before", outcome(each.before)}, {"after", outcome(each.after)}});
  }
  const Json document = {{"schema_version", 1},
                         {"worse", difference.IsWorse()},
                         {"before", RunOf(difference.before->context)},
                         {"after", RunOf(difference.after->context)},
                         {"counts", std::move(counts)},
                         {"on_different_rows", difference.other_rows},
                         {"false_alarms", kFalseAlarms},
                         {"cells", std::move(cells)},
                         {"special", std::move(special)}};
  return document.dump(1) + "\n";
}

std::string RenderDiffMarkdown(const RecordDifference& difference) {
  std::string text = fmt::format("## {}: {}\n\n{}", Headline(difference), ToString(difference), SamplingText(difference));
  for (const Change change : {Change::worse, Change::better, Change::changed}) {
    if (Count(difference, change) == 0) continue;
    text += fmt::format("\n| {} | target | where | what |\n|---|---|---|---|\n", Name(change));
    std::size_t shown = 0;
    const auto add = [&](const std::string& kernel, const std::string& target, const std::string& where,
                         const std::string& what) {
      if (shown++ >= kWorseShown) return;
      text += fmt::format("| `{}` | {} | {} | {} |\n", kernel, target, EscapedMarkdown(where), EscapedMarkdown(what));
    };
    for (const SpecialDifference& special : difference.special) {
      const SpecialResult& result = special.result();
      if (special.change == change) add(result.kernel, result.target, "special row " + result.row, OutcomeText(special));
    }
    for (const CellDifference& each : difference.cells) {
      const Cell& cell = each.cell();
      if (each.change == change) add(cell.kernel, cell.target, fmt::format("{}, n = {}", cell.family, cell.n), FiguresText(each));
    }
    if (shown > kWorseShown) text += fmt::format("\nand {} more\n", shown - kWorseShown);
  }
  for (const Change change : {Change::added, Change::gone}) {
    if (Count(difference, change) == 0) continue;
    text += fmt::format("\n{}: {}\n", Name(change), EscapedMarkdown(OneSided(difference, change)));
  }
  return text;
}

namespace {

// By kernel and target: what became worse, a line each; "" where nothing did.
std::map<std::pair<std::string, std::string>, std::string> WorseByKernel(const RecordDifference& difference) {
  std::map<std::pair<std::string, std::string>, std::string> worse;
  for (const SpecialDifference& each : difference.special) {
    std::string& lines = worse[{each.result().kernel, each.result().target}];
    if (each.change == Change::worse) lines += fmt::format("special row {}: {}\n", each.result().row, OutcomeText(each));
  }
  for (const CellDifference& each : difference.cells) {
    const Cell& cell = each.cell();
    std::string& lines = worse[{cell.kernel, cell.target}];
    if (each.change == Change::worse) lines += fmt::format("{} n={}: {}\n", cell.family, cell.n, FiguresText(each));
  }
  return worse;
}

}  // namespace

std::string RenderDiffJUnit(const RecordDifference& difference) {
  JUnitSuite suite("softmax-verify diff");
  std::map<std::pair<std::string, std::string>, bool> in_new;
  for (const CellDifference& each : difference.cells) {
    in_new[{each.cell().kernel, each.cell().target}] |= each.after != nullptr;
  }
  for (const auto& [key, worse] : WorseByKernel(difference)) {
    const auto& [kernel, target] = key;
    if (!worse.empty()) {
      suite.Fail(kernel, target, worse.substr(0, worse.find('\n')), worse);
    } else if (in_new[key]) {
      suite.Pass(kernel, target);
    } else {
      suite.Skip(kernel, target);
    }
  }
  return suite.Text();
}

std::string RenderDiffAnnotations(const RecordDifference& difference) {
  std::string text;
  for (const auto& [key, worse] : WorseByKernel(difference)) {
    if (!worse.empty()) text += Annotation("error", fmt::format("{} on {}: worse", key.first, key.second), worse);
  }
  return text.empty() ? Annotation("notice", "accuracy", ToString(difference)) : text;
}

}  // namespace softmax_verify
