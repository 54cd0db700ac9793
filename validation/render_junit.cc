#include <fmt/format.h>

#include <algorithm>

#include "reports/html_page.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {

std::string RenderJUnit(const Validation& validation) {
  std::string cases;
  std::size_t count = 0, failed = 0, skipped = 0;
  const auto add = [&](const std::string& name, const std::string& failure, bool is_skipped,
                       const std::string& details = "") {
    ++count;
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", EscapedXml(validation.declaration.symbol),
                         EscapedXml(name));
    if (!failure.empty()) {
      ++failed;
      cases +=
          fmt::format("><failure message=\"{}\">{}</failure></testcase>\n", EscapedXml(failure), EscapedXml(details));
    } else if (is_skipped) {
      ++skipped;
      cases += "><skipped/></testcase>\n";
    } else {
      cases += "/>\n";
    }
  };
  for (int kind = 0; kind < kMisbehaviours; ++kind) {
    const auto found = validation.findings.find(static_cast<Misbehaviour>(kind));
    const std::string name(Name(static_cast<Misbehaviour>(kind)));
    const bool is_left_out = std::any_of(validation.left_out.begin(), validation.left_out.end(),
                                         [&](const auto& left_out) { return left_out.first == name; });
    add(name, found == validation.findings.end() ? "" : found->second.first.what, is_left_out);
  }
  for (const LawResult& law : validation.laws) {
    const std::string name = fmt::format("{}.{}", Name(law.kernel->operation), law.law->name);
    if (law.counterexample) {
      add(name, law.counterexample->violation.what, false, ShrunkText(*law.counterexample));
    } else {
      add(name, "", law.Judge() == Verdict::mistrusted);
    }
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    std::string failure = summary.cell.verdict == Verdict::failed ? summary.cell.note : "";
    if (failure.empty()) failure = BeyondMaxUlp(validation, summary);
    add(fmt::format("{}.sweep", summary.kernel), failure, summary.cell.count == 0);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"softmax-verify validate\" tests=\"{}\" "
      "failures=\"{}\" skipped=\"{}\">\n{}</testsuite>\n",
      count, failed, skipped, cases);
}

}  // namespace softmax_verify
