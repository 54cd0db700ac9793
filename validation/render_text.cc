#include <fmt/format.h>

#include <cmath>

#include "reports/numbers.h"
#include "validation/render.h"

namespace softmax_verify {
namespace {

std::string DecimalRow(const Row& row) {
  std::string text;
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    const Values& values = row[operand.role];
    if (values.size() > kWholeRow) return "";
    std::string list;
    for (const double value : values) list += fmt::format("{}{}", list.empty() ? "" : ", ", ShortestDecimal(row.format, value));
    text += fmt::format("{}{} = {{{}}}", text.empty() ? "" : "  ", Name(operand.role), list);
  }
  return text;
}

std::string NumbersOf(const Violation& violation) {
  if (std::isnan(violation.error) && std::isnan(violation.exact)) return "";
  return fmt::format("        got {} ({:.9g})   exact {} ({:.9g})   error {:.4g}   bound {:.4g}\n", HexFloat(violation.got),
                     violation.got, HexFloat(violation.exact), violation.exact, violation.error, violation.bound);
}

}  // namespace

std::string Meaning(const Validation& validation) {
  const Signature& signature = validation.declaration.signature;
  constexpr const char* forms[] = {"a matrix of rows", "one row", "the middle axis of a tensor", "a head of attention"};
  std::string text = fmt::format("{} in {}, {}", Name(signature.operation), Name(signature.format),
                                 forms[static_cast<int>(validation.declaration.form)]);
  if (validation.declaration.in_place) {
    text += fmt::format(", {} in place of {}", Name(*validation.declaration.in_place), Name(*validation.declaration.in_place_of));
  }
  return text;
}

std::string RenderText(const Validation& validation, const std::vector<Failure>& failures) {
  std::string text = fmt::format("{}: {}; sums {}, exp within {:g} ulp\n", validation.declaration.symbol, Meaning(validation),
                                 validation.request.accumulation, validation.request.exp_ulp);
  for (const Failure& failure : failures) {
    text += fmt::format("FAILED  {}: {}\n", failure.name, failure.what);
    if (failure.law != nullptr) {
      const auto& [trial, violation] = *failure.law->counterexample;
      text += fmt::format("        {}\n", ToString(trial.row, kWholeRow));
      if (const std::string decimal = DecimalRow(trial.row); !decimal.empty()) text += fmt::format("        {}\n", decimal);
      text += NumbersOf(violation);
    }
    text += fmt::format("        again: softmax-verify replay {}\n", failure.file);
  }
  std::size_t passed = 0, vacuous = 0;
  std::uint64_t trials = 0;
  for (const LawResult& law : validation.laws) {
    passed += law.Judge() == Verdict::passed;
    vacuous += law.Judge() == Verdict::mistrusted;
    trials += law.held + law.broken;
  }
  text += fmt::format("laws      {} kept, {} say nothing about this kernel, {} trials\n", passed, vacuous, trials);
  for (const AccuracySummary& summary : validation.accuracy) {
    const Cell& cell = summary.cell;
    text += fmt::format(
        "accuracy  {}: max {:.4g} ulp, p99 {:.4g}, mean {:.4g}; {} of {} results within {} of the bound; lengths {} to {}\n",
        summary.kernel, cell.ulp.max, cell.ulp.p99, cell.ulp.mean, Name(cell.verdict), cell.count,
        std::isfinite(cell.bound_ratio) ? fmt::format("{:.3g}", cell.bound_ratio) : "no share", summary.shortest, summary.longest);
    text += fmt::format("          tightest class that the errors fit: {}; standard tolerances of torch.testing: {}\n",
                        summary.tightest, summary.torch_defaults ? "met" : "not met");
    if (validation.max_ulp && !(cell.ulp.max <= *validation.max_ulp)) {
      text += fmt::format("FAILED  max_ulp: {:.4g} ulp, expected at most {:g}\n", cell.ulp.max, *validation.max_ulp);
    }
  }
  return text + fmt::format("\n{}\n", Name(validation.Overall()));
}

}  // namespace softmax_verify
