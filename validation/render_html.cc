// The verdict as a page of its own.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/context.h"
#include "reports/html_page.h"
#include "reports/markup.h"
#include "reports/numbers.h"
#include "validation/describe.h"
#include "validation/render.h"

namespace softmax_verify {
namespace {

std::string Badge(Verdict verdict) { return fmt::format("<span class=\"verdict {0}\">{0}</span>", Name(verdict)); }
std::string Code(std::string_view text) { return fmt::format("<code>{}</code>", EscapedXml(text)); }

class Page {
 public:
  Page(const Validation& validation, const std::vector<Failure>& failures)
      : validation_(validation), failures_(failures) {}

  std::string Write() {
    Head();
    Failures();
    Accuracy();
    SpecialRows();
    Laws();
    Behaviour();
    Request();
    const std::string title = fmt::format("{}: {}", validation_.declaration.symbol, Name(validation_.Overall()));
    return Render({title, "", std::move(text_), {{"record", RenderJson(validation_, failures_)}}});
  }

 private:
  void Heading(std::string_view title) { text_ += fmt::format("<h2>{}</h2>\n", title); }

  // Cells are HTML.
  void Table(std::string_view caption, const std::vector<std::string>& columns,
             const std::vector<std::vector<std::string>>& rows, std::size_t first_number = 99,
             std::size_t last_number = 99) {
    const auto style = [&](std::size_t c) { return c >= first_number && c <= last_number ? " class=\"right\"" : ""; };
    text_ += fmt::format("<div class=\"scroll\"><table>\n<caption>{}</caption>\n<thead><tr>", caption);
    for (std::size_t c = 0; c < columns.size(); ++c)
      text_ += fmt::format("<th scope=\"col\"{}>{}</th>", style(c), columns[c]);
    text_ += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : rows) {
      text_ += "<tr>";
      for (std::size_t c = 0; c < row.size(); ++c) {
        text_ +=
            c == 0 ? fmt::format("<th scope=\"row\">{}</th>", row[c]) : fmt::format("<td{}>{}</td>", style(c), row[c]);
      }
      text_ += "</tr>\n";
    }
    text_ += "</tbody></table></div>\n";
  }

  void Head() {
    const LawCounts laws = CountLaws(validation_);
    text_ = fmt::format(
        "<header class=\"head\">\n<h1>{} {}</h1>\n<p>{}; {}.</p>\n<p>{} failed; {} laws held, {} broken; {} trials, {} "
        "calls.</p>\n<pre>{}</pre>\n</header>\n",
        Badge(validation_.Overall()), Code(validation_.declaration.symbol), EscapedXml(Meaning(validation_)),
        EscapedXml(ClaimText(validation_)), failures_.empty() ? "Nothing" : fmt::format("{}", failures_.size()),
        laws.held, laws.broken, laws.trials, validation_.coverage.calls, EscapedXml(validation_.request.declaration));
  }

  // The operands of a row, each as a table of its elements.
  void Operands(const Row& row) {
    for (const Operand& operand : Info(row.operation).operands) {
      if (operand.output || !row.Has(operand.role)) continue;
      const Values& values = row[operand.role];
      if (values.size() > kWholeRow) {
        text_ +=
            fmt::format("<p>{}: {} elements, which the file holds.</p>\n", Code(Name(operand.role)), values.size());
        continue;
      }
      std::string index, hex, decimal;
      for (std::size_t i = 0; i < values.size(); ++i) {
        index += fmt::format("<th scope=\"col\" class=\"right\">{}</th>", i);
        hex += fmt::format("<td class=\"number\">{}</td>", HexFloat(values[i]));
        decimal += fmt::format("<td class=\"number\">{}</td>", ShortestDecimal(row.format, values[i]));
      }
      text_ += fmt::format(
          "<div class=\"scroll\"><table class=\"row\">\n<caption>{}, {}</caption>\n<thead><tr><th "
          "scope=\"col\">element</th>{}</tr>"
          "</thead>\n<tbody>\n<tr><th scope=\"row\">hex</th>{}</tr>\n<tr><th "
          "scope=\"row\">decimal</th>{}</tr>\n</tbody></table></div>\n",
          Code(Name(operand.role)), Info(operand.role).meaning, index, hex, decimal);
    }
    // What else it says, without the operands.
    Row rest = row;
    rest.x.clear();
    rest.others.clear();
    if (const std::string others = ToString(rest); !others.empty()) text_ += fmt::format("<p>{}</p>\n", Code(others));
  }

  void Numbers(const Violation& violation, Format format) {
    if (NumbersText(violation, format).empty()) return;
    const auto value = [&](double number) {
      return fmt::format("<td class=\"number\">{}</td><td class=\"number\">{:.{}g}</td>", HexFloat(number), number,
                         DigitsOf(format));
    };
    text_ += fmt::format(
        "<div class=\"scroll\"><table class=\"row\">\n<caption>Result {}</caption>\n<thead><tr><th "
        "scope=\"col\"></th><th "
        "scope=\"col\">hex</th><th scope=\"col\">decimal</th></tr></thead>\n<tbody>\n<tr><th "
        "scope=\"row\">got</th>{}</tr>\n<tr><th "
        "scope=\"row\">exact</th>{}</tr>\n",
        violation.element, value(violation.got), value(violation.exact));
    if (HasError(violation)) {
      const auto number = [](double each) { return fmt::format("<td></td><td class=\"number\">{:.6g}</td>", each); };
      text_ += fmt::format("<tr><th scope=\"row\">error</th>{}</tr>\n<tr><th scope=\"row\">bound</th>{}</tr>\n",
                           number(violation.error), number(violation.bound));
    }
    text_ += "</tbody></table></div>\n";
  }

  void Failures() {
    std::string beyond;
    for (const AccuracySummary& summary : validation_.accuracy) {
      if (const std::string what = BeyondMaxUlp(validation_, summary); !what.empty()) {
        beyond +=
            fmt::format("<article>\n<h3>max_ulp</h3>\n<p>{}: {}</p>\n</article>\n", summary.kernel, EscapedXml(what));
      }
    }
    if (failures_.empty() && beyond.empty()) return;
    Heading("What failed");
    for (const Failure& failure : failures_) {
      text_ += fmt::format("<article>\n<h3>{}</h3>\n<p>{}</p>\n", EscapedXml(failure.name), EscapedXml(failure.what));
      if (failure.law != nullptr) {
        const auto& [trial, violation, called] = *failure.law->counterexample;
        text_ += fmt::format("<p class=\"soft\">The law: {}</p>\n", EscapedXml(failure.law->law->statement));
        Operands(trial.row);
        if (!called.empty()) text_ += fmt::format("<p>Called with {}</p>\n", Code(called));
        Numbers(violation, trial.row.format);
      }
      text_ += fmt::format("<p>See it again:</p>\n<pre>{}", EscapedXml(failure.again));
      if (!failure.program.empty())
        text_ += fmt::format("\ncc -std=c99 -o show {} -ldl -lm &amp;&amp; ./show", EscapedXml(failure.program));
      text_ += "</pre>\n</article>\n";
    }
    text_ += beyond;
  }

  void Accuracy() {
    Heading("Accuracy");
    for (const AccuracySummary& summary : validation_.accuracy) {
      text_ += fmt::format("<h3>{} {}</h3>\n<ul>\n", EscapedXml(summary.kernel), Badge(summary.cell.verdict));
      for (const std::string& line : AccuracyLines(summary)) text_ += fmt::format("<li>{}</li>\n", EscapedXml(line));
      text_ += "</ul>\n";
    }
  }

  void SpecialRows() {
    if (validation_.special_rows.empty()) return;
    Heading("Special rows");
    std::vector<std::vector<std::string>> rows;
    for (const SpecialRowOutcome& row : validation_.special_rows) rows.push_back({Code(row.row), Code(row.outcome)});
    Table("What all results of the row are.", {"row", "results"}, rows);
  }

  void Laws() {
    Heading("Laws");
    std::vector<std::vector<std::string>> rows;
    for (const LawResult& law : validation_.laws) {
      const Verdict verdict = law.Judge();
      rows.push_back(
          {Code(law.law->name),
           verdict == Verdict::mistrusted ? "<span class=\"verdict MISTRUSTED\">no case</span>" : Badge(verdict),
           fmt::format("{}", law.held), fmt::format("{}", law.broken), fmt::format("{}", law.vacuous),
           EscapedXml(law.law->statement)});
      if (validation_.kernels.size() > 1)
        rows.back().front() = Code(Name(law.kernel->operation)) + " " + rows.back().front();
    }
    Table("How many trials held, broke the law, or did not meet what it presupposes.",
          {"law", "verdict", "held", "broken", "no case", "statement"}, rows, 2, 4);
    for (const auto& [what, reason] : LeftOut(validation_)) {
      text_ += fmt::format("<p>Left out: {} ({}).</p>\n", Code(what), EscapedXml(reason));
    }
  }

  void Behaviour() {
    Heading("Behaviour");
    std::vector<std::vector<std::string>> rows;
    for (int kind = 0; kind <= static_cast<int>(Misbehaviour::status); ++kind) {
      const std::string_view name = Name(static_cast<Misbehaviour>(kind));
      const auto found = validation_.findings.find(static_cast<Misbehaviour>(kind));
      const bool is_left_out = std::any_of(validation_.left_out.begin(), validation_.left_out.end(),
                                           [&](const auto& left_out) { return left_out.first == name; });
      const bool seen = found != validation_.findings.end();
      const Verdict verdict = seen ? Verdict::failed : is_left_out ? Verdict::skipped : Verdict::passed;
      rows.push_back(
          {Code(name), Badge(verdict),
           seen ? fmt::format("{}: {}", EscapedXml(found->second.first.what), EscapedXml(found->second.call)) : ""});
    }
    Table("What a kernel may do beside computing.", {"kind", "verdict", "what was seen"}, rows);
    text_ += fmt::format("<p>Covered: {}.</p>\n", EscapedXml(CoverageText(validation_.coverage)));
  }

  void Request() {
    Heading("What was asked");
    const ValidationRequest& request = validation_.request;
    std::vector<std::vector<std::string>> rows = {{"library", Code(request.library)},
                                                  {"accumulation", Code(request.accumulation)},
                                                  {"exp-ulp", Code(fmt::format("{:g}", request.exp_ulp))},
                                                  {"effort", Code(request.effort)},
                                                  {"seed", Code(fmt::format("{}", request.seed))}};
    if (!request.operation.empty()) rows.push_back({"op", Code(request.operation)});
    if (!request.dtype.empty()) rows.push_back({"dtype", Code(request.dtype)});
    for (const auto& [name, role] : request.roles) rows.push_back({"role", Code(name + "=" + role)});
    for (const auto& [key, value] : request.expect) rows.push_back({"expect", Code(key + "=" + value)});
    for (const auto& [name, value] : request.parameters) rows.push_back({EscapedXml(name), Code(value)});
    Table(fmt::format("Softmax Verify, commit {}.", EscapedXml(BuildContext().commit)), {"option", "value"}, rows);
  }

  const Validation& validation_;
  const std::vector<Failure>& failures_;
  std::string text_;
};

}  // namespace

std::string RenderHtml(const Validation& validation, const std::vector<Failure>& failures) {
  return Page(validation, failures).Write();
}

}  // namespace softmax_verify
