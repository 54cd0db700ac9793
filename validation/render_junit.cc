#include <fmt/format.h>

#include <algorithm>

#include "reports/markup.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {

std::string RenderJUnit(const Validation& validation) {
  JUnitSuite suite("softmax-verify validate");
  const std::string& symbol = validation.declaration.symbol;
  for (int kind = 0; kind < kMisbehaviours; ++kind) {
    const auto found = validation.findings.find(static_cast<Misbehaviour>(kind));
    const std::string name(Name(static_cast<Misbehaviour>(kind)));
    const bool is_left_out = std::any_of(validation.left_out.begin(), validation.left_out.end(),
                                         [&](const auto& left_out) { return left_out.first == name; });
    if (found != validation.findings.end()) {
      suite.Fail(symbol, name, found->second.first.what);
    } else if (is_left_out) {
      suite.Skip(symbol, name);
    } else {
      suite.Pass(symbol, name);
    }
  }
  for (const LawResult& law : validation.laws) {
    const std::string name = fmt::format("{}.{}", Name(law.kernel->operation), law.law->name);
    if (law.counterexample) {
      suite.Fail(symbol, name, law.counterexample->violation.what, ShrunkText(*law.counterexample));
    } else if (law.Judge() == Verdict::mistrusted) {
      suite.Skip(symbol, name);
    } else {
      suite.Pass(symbol, name);
    }
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const std::string name = fmt::format("{}.sweep", summary.kernel);
    const std::string beyond = BeyondMaxUlp(validation, summary);
    if (summary.cell.verdict == Verdict::failed) {
      suite.Fail(symbol, name, summary.cell.note);
    } else if (!beyond.empty()) {
      suite.Fail(symbol, name, beyond);
    } else if (summary.cell.count == 0) {
      suite.Skip(symbol, name);
    } else {
      suite.Pass(symbol, name);
    }
  }
  return suite.Text();
}

}  // namespace softmax_verify
