#include <fmt/format.h>

#include <algorithm>

#include "reports/html_page.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {

std::vector<Item> ItemsOf(const Validation& validation) {
  std::vector<Item> items;
  const auto add = [&](std::string what, Verdict verdict, std::string message, std::string details) -> Item& {
    return items.emplace_back(Item{.kernel = validation.declaration.symbol,
                                   .what = std::move(what),
                                   .verdict = verdict,
                                   .message = std::move(message),
                                   .details = std::move(details)});
  };
  for (int kind = 0; kind < kMisbehaviours; ++kind) {
    const std::string name(Name(static_cast<Misbehaviour>(kind)));
    const auto found = validation.findings.find(static_cast<Misbehaviour>(kind));
    const bool is_left_out = std::any_of(validation.left_out.begin(), validation.left_out.end(),
                                         [&](const auto& left_out) { return left_out.first == name; });
    if (found != validation.findings.end()) {
      add(name, Verdict::failed, found->second.first.what, "");
    } else {
      add(name, is_left_out ? Verdict::skipped : Verdict::passed, "", "");
    }
  }
  for (const LawResult& law : validation.laws) {
    const std::string name = fmt::format("{}.{}", Name(law.kernel->operation), law.law->name);
    if (law.counterexample) {
      add(name, law.Judge(), law.counterexample->violation.what, ShrunkText(*law.counterexample));
    } else {
      add(name, law.Judge(), "", "");
    }
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const Cell& cell = summary.cell;
    const std::string beyond = BeyondMaxUlp(validation, summary);
    Item& item = add(fmt::format("{}.sweep", summary.kernel), beyond.empty() ? cell.verdict : Verdict::failed,
                     cell.verdict == Verdict::failed ? cell.note : beyond, "");
    if (cell.count > 0) item.max_ulp = cell.ulp.max;
  }
  return items;
}

std::string RenderJUnit(const Validation& validation) { return RenderJUnit("softmax-verify validate", ItemsOf(validation)); }

}  // namespace softmax_verify
