#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/context.h"
#include "reports/numbers.h"
#include "validation/render.h"
#include "validation/request_json.h"

namespace softmax_verify {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(HexFloat(value)); }

}  // namespace

std::string RenderJson(const Validation& validation, const std::vector<Failure>& failures) {
  Json laws = Json::array(), findings = Json::array(), accuracy = Json::array(), left_out = Json::array();
  for (const LawResult& result : validation.laws) {
    Json entry = {{"operation", Name(result.kernel->operation)}, {"law", result.law->name}, {"held", result.held},
                  {"vacuous", result.vacuous}, {"broken", result.broken}, {"verdict", Name(result.Judge())}};
    if (result.counterexample) {
      const auto& [trial, violation, called] = *result.counterexample;
      entry["counterexample"] = {{"what", violation.what}, {"row", ToString(trial.row, kWhole)}, {"salt", trial.salt},
                                 {"element", violation.element}, {"got", HexFloat(violation.got)},
                                 {"exact", HexFloat(violation.exact)}, {"error", Number(violation.error)},
                                 {"bound", Number(violation.bound)}};
      if (!called.empty()) entry["counterexample"]["called_with"] = called;
    }
    laws.push_back(std::move(entry));
  }
  for (const auto& [kind, record] : validation.findings) {
    findings.push_back({{"kind", Name(kind)}, {"what", record.first.what}, {"call", record.call}, {"count", record.count}});
  }
  for (const AccuracySummary& summary : validation.accuracy) {
    const Cell& cell = summary.cell;
    accuracy.push_back({{"operation", summary.kernel}, {"verdict", Name(cell.verdict)}, {"rows", summary.rows},
                        {"results", cell.count}, {"max_ulp", Number(cell.ulp.max)}, {"p99_ulp", Number(cell.ulp.p99)},
                        {"mean_ulp", Number(cell.ulp.mean)}, {"correctly_rounded", Number(cell.correct)},
                        {"bound_ratio", Number(cell.bound_ratio)}, {"tightest_class", summary.tightest},
                        {"torch_testing_defaults", summary.torch_defaults}, {"shortest", summary.shortest},
                        {"longest", summary.longest}, {"rows_of_no_numbers", summary.not_numbers}});
    if (summary.within_twice_ours) accuracy.back()["within_twice_ours"] = *summary.within_twice_ours;
  }
  for (const auto& [law, reason] : validation.left_out) left_out.push_back({{"law", law}, {"reason", reason}});
  Json special_rows = Json::array();
  for (const SpecialRowOutcome& special : validation.special_rows) {
    special_rows.push_back({{"row", special.row}, {"result", special.outcome}});
  }
  const CallCoverage& covered = validation.coverage;
  Json alignments = Json::array();
  for (std::size_t byte = 0; byte < covered.alignments.size(); ++byte) {
    if (covered.alignments.test(byte)) alignments.push_back(byte);
  }
  const Json coverage = {{"calls", covered.calls},
                         {"every_length_to", covered.EveryLengthTo()},
                         {"longest", covered.lengths.empty() ? 0 : *covered.lengths.rbegin()},
                         {"row_counts", covered.rows},
                         {"strided_calls", covered.strided},
                         {"alignments_modulo_64", std::move(alignments)},
                         {"cpus", covered.cpus}};
  Json files = Json::array();
  for (const Failure& failure : failures) files.push_back({{"name", failure.name}, {"file", failure.file}, {"program", failure.program}});
  const Json document = {{"schema_version", 1},       {"commit", BuildContext().commit}, {"request", ToJson(validation.request)},
                         {"meaning", Meaning(validation)}, {"verdict", Name(validation.Overall())},
                         {"findings", std::move(findings)}, {"laws", std::move(laws)}, {"left_out", std::move(left_out)},
                         {"accuracy", std::move(accuracy)}, {"special_rows", std::move(special_rows)}, {"coverage", coverage},
                         {"replay", std::move(files)}};
  return document.dump(1) + "\n";
}

}  // namespace softmax_verify
