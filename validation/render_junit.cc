#include <fmt/format.h>

#include "validation/render.h"

namespace softmax_verify {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

}  // namespace

std::string RenderJUnit(const Validation& validation) {
  std::string cases;
  std::size_t count = 0, failed = 0, skipped = 0;
  const auto add = [&](const std::string& name, const std::string& failure, bool is_skipped) {
    ++count;
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", Escaped(validation.declaration.symbol), Escaped(name));
    if (!failure.empty()) {
      ++failed;
      cases += fmt::format("><failure message=\"{}\"/></testcase>\n", Escaped(failure));
    } else if (is_skipped) {
      ++skipped;
      cases += "><skipped/></testcase>\n";
    } else {
      cases += "/>\n";
    }
  };
  for (int kind = 0; kind <= static_cast<int>(Misbehaviour::status); ++kind) {
    const auto found = validation.findings.find(static_cast<Misbehaviour>(kind));
    add(std::string(Name(static_cast<Misbehaviour>(kind))),
        found == validation.findings.end() ? "" : found->second.first.what, false);
  }
  for (const LawResult& law : validation.laws) {
    add(fmt::format("{}.{}", Name(law.kernel->operation), law.law->name),
        law.counterexample ? law.counterexample->violation.what : "", law.Judge() == Verdict::mistrusted);
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const bool too_far = validation.max_ulp && !(summary.cell.ulp.max <= *validation.max_ulp);
    std::string failure = summary.cell.verdict == Verdict::failed ? summary.cell.note : "";
    if (failure.empty() && too_far) failure = fmt::format("{:.4g} ulp, expected at most {:g}", summary.cell.ulp.max, *validation.max_ulp);
    add(fmt::format("{}.sweep", summary.kernel), failure, summary.cell.count == 0);
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"softmax-verify validate\" tests=\"{}\" "
                     "failures=\"{}\" skipped=\"{}\">\n{}</testsuite>\n", count, failed, skipped, cases);
}

}  // namespace softmax_verify
