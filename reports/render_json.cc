#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "reports/columns.h"
#include "reports/json.h"
#include "reports/numbers.h"
#include "reports/render.h"
#include "verify/case.h"

namespace softmax_verify {

namespace {

// Names stand once, in front: with them in every cell a report would be twice as long.
Json ColumnNames() {
  Json names = Json::array();
  for (const Column& column : Columns()) names.push_back(column.name);
  return names;
}

Json ToJson(const Cell& cell) {
  struct Entry {
    Json operator()(const std::string& text) const { return text; }
    Json operator()(std::uint64_t count) const { return count; }
    Json operator()(double value) const { return Number(value); }
  };
  Json values = Json::array();
  for (const Column& column : Columns()) values.push_back(std::visit(Entry(), column.value(cell)));
  return values;
}

Json ToJson(const SpecialResult& special) {
  return {{"kernel", special.kernel},
          {"target", special.target},
          {"row", special.row},
          {"outcome", special.outcome},
          {"verdict", Name(special.verdict)}};
}

Json ToJson(const Coverage& coverage) {
  return {{"kernel", coverage.kernel},
          {"target", coverage.target},
          {"rows", coverage.rows},
          {"samples", coverage.samples},
          {"vacuous", coverage.vacuous},
          {"unclaimed_rows", coverage.unclaimed_rows},
          {"failed_rows", coverage.failed_rows},
          {"failure_rate_95", Number(coverage.failure_rate_95)},
          {"exhaustive", coverage.exhaustive}};
}

Json ToJson(const ReferenceEffort& effort) {
  return {{"format", Name(effort.format)}, {"bits", effort.bits}, {"elements", effort.elements}};
}

Json ToJson(const InputRounding& input) {
  return {{"format", Name(input.format)}, {"values", input.values}, {"changed", input.changed}};
}

// [edge, results, largest error, largest bound; of the former n, sample, element, got, exact]
Json ToJson(const ErrorBin& bin) {
  return {Number(bin.from), bin.count,         Number(bin.max_ulp),     Number(bin.bound),      bin.n,
          bin.worst.sample, bin.worst.element, HexFloat(bin.worst.got), bin.worst.exact};
}

Json ToJson(const Profile& profile) {
  Json errors = Json::array(), distance = Json::array(), magnitude = Json::array();
  for (const auto& [edge, count] : profile.errors) errors.push_back({Number(edge), count});
  for (const ErrorBin& bin : profile.distance) distance.push_back(ToJson(bin));
  for (const ErrorBin& bin : profile.magnitude) magnitude.push_back(ToJson(bin));
  return {{"kernel", profile.kernel}, {"target", profile.target},          {"family", profile.family},
          {"errors", errors},         {"distance", std::move(distance)}, {"magnitude", std::move(magnitude)}};
}

// The rows that cells and profiles point to, each once: kernels of one signature try the same rows.
Json WorstRows(const Record& record) {
  Json rows = Json::array();
  std::map<std::string, std::size_t> known;
  const auto add = [&](const auto& entry, std::size_t n, const Witness& worst) {
    const auto [place, is_new] =
        known.emplace(fmt::format("{} {} {} {} {} {}", Name(entry.operation), Name(entry.format), entry.family, n,
                                  worst.sample, worst.row),
                      rows.size());
    if (is_new) {
      rows.push_back({{"algorithms", Json::array()},
                      {"operation", Name(entry.operation)},
                      {"format", Name(entry.format)},
                      {"family", entry.family},
                      {"n", n},
                      {"sample", worst.sample},
                      {"whole", worst.whole},
                      {"row", worst.row},
                      {"options", ReproduceOptions(record, entry.family, n, worst)}});
    }
    Json& algorithms = rows[place->second]["algorithms"];
    if (std::find(algorithms.begin(), algorithms.end(), entry.algorithm) == algorithms.end()) {
      algorithms.push_back(entry.algorithm);
    }
  };
  for (const Cell& cell : record.cells) {
    if (cell.count > 0) add(cell, cell.n, cell.worst);
  }
  for (const Profile& profile : record.profiles) {
    for (const auto* bins : {&profile.distance, &profile.magnitude}) {
      for (const ErrorBin& bin : *bins) add(profile, bin.n, bin.worst);
    }
  }
  return rows;
}

template <typename Entry>
Json Array(const std::vector<Entry>& entries) {
  Json array = Json::array();
  for (const Entry& entry : entries) array.push_back(ToJson(entry));
  return array;
}

}  // namespace

std::string RenderJson(const Record& record) {
  return Lines({{"schema_version", kSchemaVersion},
                {"context", ToJson(record.context)},
                {"verdict", Name(Overall(record))},
                {"verdicts", VerdictsJson(CountVerdicts(record))},
                {"coverage", Array(record.coverage)},
                {"reference", Array(record.reference)},
                {"input", Array(record.input)},
                {"special", Array(record.special)},
                {"columns", ColumnNames()},
                {"cells", Array(record.cells)},
                {"profiles", Array(record.profiles)},
                {"rows", WorstRows(record)}});
}

}  // namespace softmax_verify
