#include "reports/items.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "reports/markup.h"
#include "reports/summary.h"

namespace softmax_verify {
namespace {

constexpr std::size_t kShown = 10;  // as many errors as GitHub shows of one step

VerdictCounts Count(const std::vector<Item>& items) {
  VerdictCounts counts{};
  for (const Item& item : items) ++counts[static_cast<std::size_t>(item.verdict)];
  return counts;
}

// Of the verdicts on one thing at several lengths: the one that says the least for it. Nothing compared says nothing.
bool IsWorse(Verdict a, Verdict b) { return b == Verdict::skipped || (a != Verdict::skipped && Rank(a) > Rank(b)); }

}  // namespace

std::string NameOf(const Item& item) {
  return fmt::format("{}  {}{}{}", item.kernel, item.target, item.target.empty() ? "" : "  ", item.what);
}

std::vector<Item> ItemsOf(const Record& record) {
  std::vector<Item> items;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known;
  for (const Cell& cell : record.cells) {
    const auto [place, is_new] = known.emplace(std::tuple(cell.kernel, cell.target, cell.family), items.size());
    if (is_new) items.push_back({.kernel = cell.kernel, .target = cell.target, .what = cell.family});
    Item& item = items[place->second];
    if (IsWorse(cell.verdict, item.verdict)) item.verdict = cell.verdict;
    if (cell.count > 0) item.max_ulp = std::max(item.max_ulp.value_or(0), cell.ulp.max);
    if (cell.verdict == Verdict::failed) {
      if (item.message.empty()) item.message = fmt::format("n={}  {}", cell.n, cell.note);
      item.details += FailureBlock(record, cell);
    }
  }
  for (const SpecialResult& special : record.special) {
    Item item{.kernel = special.kernel, .target = special.target, .what = "special row " + special.row,
              .verdict = special.verdict};
    if (special.verdict == Verdict::failed) item.message = "gives " + special.outcome;
    items.push_back(std::move(item));
  }
  return items;
}

std::string RenderJUnit(const std::string& title, const std::vector<Item>& items) {
  JUnitSuite suite(title);
  for (const Item& item : items) {
    const std::string name = item.target.empty() ? item.what : item.target + " " + item.what;
    switch (item.verdict) {
      case Verdict::failed:
        suite.Fail(item.kernel, name, item.message, item.details);
        break;
      case Verdict::skipped:
      case Verdict::mistrusted:
        suite.Skip(item.kernel, name);
        break;
      case Verdict::passed:
      case Verdict::unclaimed:
        suite.Pass(item.kernel, name);
        break;
    }
  }
  return suite.Text();
}

std::string RenderAnnotations(const std::string& title, const std::vector<Item>& items) {
  std::string text;
  std::size_t failed = 0;
  for (const Item& item : items) {
    if (item.verdict != Verdict::failed || failed++ >= kShown) continue;
    text += Annotation("error", NameOf(item), item.details.empty() ? item.message : item.message + "\n" + item.details);
  }
  if (failed > kShown) text += Annotation("error", title, fmt::format("and {} more FAILED", failed - kShown));
  return text.empty() ? Annotation("notice", title, ToString(Count(items))) : text;
}

std::string RenderMarkdown(const std::string& title, const std::vector<Item>& items) {
  std::string text = fmt::format("## {}: {}\n", title, ToString(Count(items)));
  std::size_t failed = 0;
  for (const Item& item : items) {
    if (item.verdict != Verdict::failed) continue;
    if (failed == 0) text += "\n| FAILED | what happened |\n|---|---|\n";
    if (failed++ >= kShown) continue;
    text += fmt::format("| {} | {} |\n", EscapedMarkdown(NameOf(item)), EscapedMarkdown(item.message));
  }
  if (failed > kShown) text += fmt::format("\nand {} more\n", failed - kShown);
  return text;
}

}  // namespace softmax_verify
