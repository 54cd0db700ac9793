#include <fmt/format.h>

#include <sstream>

#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {

std::string RenderText(const Validation& validation, const std::vector<Failure>& failures) {
  std::string text =
      fmt::format("{}: {}; {}\n", validation.declaration.symbol, Meaning(validation), ClaimText(validation));
  const auto add = [&](std::string_view label, const std::string& line) {
    if (!line.empty()) text += fmt::format("{:<10}{}\n", label, line);
  };
  for (const Failure& failure : failures) {
    text += fmt::format("\nFAILED  {}: {}\n", failure.name, failure.what);
    const auto more = [&](const std::string& line) {
      if (!line.empty()) text += fmt::format("        {}\n", line);
    };
    if (failure.law != nullptr) {
      more(fmt::format("law: {}", failure.law->law->statement));
      std::istringstream lines(ShrunkText(*failure.law->counterexample));
      for (std::string line; std::getline(lines, line);) more(line);
    }
    more(fmt::format("again: {}", failure.again));
    if (!failure.program.empty()) more(fmt::format("or: cc -std=c99 -o show {} -ldl -lm && ./show", failure.program));
  }
  if (!failures.empty()) text += "\n";
  add("laws", fmt::format("{} (softmax-verify list laws --op {})", LawsText(validation),
                          Name(validation.declaration.signature.operation)));
  for (const auto& [what, reason] : LeftOut(validation)) add("left out", fmt::format("{}: {}", what, reason));
  for (const AccuracySummary& summary : validation.accuracy) {
    std::string_view label = "accuracy";
    const std::string operation = validation.accuracy.size() > 1 ? summary.kernel + " " : "";
    for (const std::string& line : AccuracyLines(summary)) {
      add(label, label.empty() ? line : operation + line);
      label = "";
    }
    if (const std::string beyond = BeyondMaxUlp(validation, summary); !beyond.empty())
      add("FAILED", "max_ulp: " + beyond);
  }
  std::string special;
  for (const SpecialRowOutcome& row : validation.special_rows) {
    special += fmt::format("{}{} {}", special.empty() ? "" : ", ", row.row, row.outcome);
  }
  add("special", special);
  add("covered", CoverageText(validation.coverage));
  return text + fmt::format("\n{}\n", Name(validation.Overall()));
}

}  // namespace softmax_verify
