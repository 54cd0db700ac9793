// What GitHub Actions shows: annotations, and the summary of a job.
#include <fmt/format.h>

#include "reports/markup.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {
namespace {

// Within a fence.
std::string Fenced(const std::string& text) { return fmt::format("\n````\n{}\n````\n", text); }

}  // namespace

std::string RenderAnnotations(const Validation& validation, const std::vector<Failure>& failures) {
  const std::string& symbol = validation.declaration.symbol;
  std::string text;
  for (const Failure& failure : failures) {
    std::string message = failure.what;
    if (failure.law != nullptr) message.append(1, '\n').append(ShrunkText(*failure.law->counterexample));
    text += Annotation("error", fmt::format("{}: {}", symbol, failure.name), message);
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    if (const std::string beyond = BeyondMaxUlp(validation, summary); !beyond.empty()) {
      text += Annotation("error", fmt::format("{}: max_ulp", symbol), fmt::format("{}: {}", summary.kernel, beyond));
    }
  }
  if (!text.empty()) return text;
  return Annotation(
      "notice", fmt::format("{}: {}", symbol, Name(validation.Overall())),
      validation.accuracy.empty() ? Meaning(validation) : AccuracyLines(validation.accuracy.front()).front());
}

std::string RenderMarkdown(const Validation& validation, const std::vector<Failure>& failures) {
  std::string text = fmt::format("## {}: `{}`\n\n{}; {}.\n", Name(validation.Overall()), validation.declaration.symbol,
                                 EscapedMarkdown(Meaning(validation)), EscapedMarkdown(ClaimText(validation)));
  if (!failures.empty()) text += "\n| FAILED | what happened |\n|---|---|\n";
  for (const Failure& failure : failures) {
    text += fmt::format("| {} | {} |\n", EscapedMarkdown(failure.name), EscapedMarkdown(failure.what));
  }
  for (const Failure& failure : failures) {
    if (failure.law == nullptr) continue;
    text += fmt::format("\n<details><summary>{}</summary>\n{}\n</details>\n", EscapedXml(failure.name),
                        Fenced(ShrunkText(*failure.law->counterexample)));
  }
  text += "\n| | |\n|---|---|\n";
  const auto add = [&](std::string_view label, std::string_view what) {
    text += fmt::format("| {} | {} |\n", EscapedMarkdown(label), EscapedMarkdown(what));
  };
  add("laws", LawsText(validation));
  for (const auto& [what, reason] : LeftOut(validation)) add("left out", fmt::format("{}: {}", what, reason));
  for (const AccuracySummary& summary : validation.accuracy) {
    for (const std::string& line : AccuracyLines(summary)) add(summary.kernel, line);
    if (const std::string beyond = BeyondMaxUlp(validation, summary); !beyond.empty()) add("FAILED max_ulp", beyond);
  }
  add("covered", CoverageText(validation.coverage));
  return text + "\n";
}

}  // namespace softmax_verify
