// What GitHub Actions shows: annotations, and the summary of a job.
#include <fmt/format.h>

#include "reports/html_page.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {
namespace {

// Of a workflow command: its message, or a property, in which ':' and ',' mean something.
std::string EscapedCommand(std::string_view text, bool is_property) {
  std::string escaped;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    if (special) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Command(std::string_view level, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", level, EscapedCommand(title, true), EscapedCommand(message, false));
}

// In a table of Markdown, and not markup.
std::string EscapedMarkdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' || c == '[' || c == ']') escaped += '\\';
    if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c == '\n' ? ' ' : c;
    }
  }
  return escaped;
}

// Within a fence.
std::string Fenced(const std::string& text) { return fmt::format("\n````\n{}\n````\n", text); }

}  // namespace

std::string RenderAnnotations(const Validation& validation, const std::vector<Failure>& failures) {
  const std::string& symbol = validation.declaration.symbol;
  std::string text;
  for (const Failure& failure : failures) {
    std::string message = failure.what;
    if (failure.law != nullptr) message.append(1, '\n').append(ShrunkText(*failure.law->counterexample));
    text += Command("error", fmt::format("{}: {}", symbol, failure.name), message);
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    if (const std::string beyond = BeyondMaxUlp(validation, summary); !beyond.empty()) {
      text += Command("error", fmt::format("{}: max_ulp", symbol), fmt::format("{}: {}", summary.kernel, beyond));
    }
  }
  if (!text.empty()) return text;
  return Command(
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
