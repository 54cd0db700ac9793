#include "reports/read_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "reports/columns.h"
#include "reports/json.h"
#include "reports/numbers.h"
#include "verify/case.h"

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& message) { throw std::invalid_argument(message); }

constexpr const char* kWanted = "wanted is what 'softmax-verify report --json FILE' or --out writes";

// operation.algorithm.format
template <class Entry>
void SetKernel(const std::string& name, Entry* entry) {
  const std::optional<Operation> operation = ParseOperation(name.substr(0, name.find('.')));
  const std::optional<Format> format = ParseFormat(name.substr(name.rfind('.') + 1));
  if (!operation || !format) Reject(fmt::format("'{}' is no kernel operation.algorithm.format that this program knows", name));
  entry->kernel = name;
  entry->operation = *operation;
  entry->format = *format;
}

Format FormatOf(const Json& entry) {
  const auto name = entry.at("format").get<std::string>();
  const std::optional<Format> format = ParseFormat(name);
  if (!format) Reject(fmt::format("there is no format '{}'", name));
  return *format;
}

Verdict VerdictOf(const Json& entry) {
  const auto name = entry.at("verdict").get<std::string>();
  const std::optional<Verdict> verdict = ParseVerdict(name);
  if (!verdict) Reject(fmt::format("there is no verdict '{}'", name));
  return *verdict;
}

Context ReadContext(const Json& json) {
  Context context;
  json.at("commit").get_to(context.commit);
  json.at("compiler").get_to(context.compiler);
  json.at("flags").get_to(context.flags);
  for (const auto& [name, version] : json.at("libraries").items()) {
    context.libraries.emplace_back(name, version.get<std::string>());
  }
  json.at("cpu").get_to(context.cpu);
  json.at("targets").get_to(context.targets);
  json.at("seed").get_to(context.seed);
  json.at("effort").get_to(context.effort);
  for (const auto& entry : json.at("parameters").items()) {
    const auto known = std::find_if(kParameters.begin(), kParameters.end(),
                                    [&](const ParameterInfo& info) { return info.name == entry.key(); });
    if (known == kParameters.end()) Reject(fmt::format("there is no parameter '{}'", entry.key()));
    SetParameter(entry.value().get<std::string>(), known->parameter, &context.parameters.values);
    context.parameters.given.Add(known->parameter);
  }
  json.at("input").get_to(context.input);
  return context;
}

// A value of the type that the column has.
Column::Value ReadValue(const Column& column, const Json& value) {
  const Column::Value like = column.value(Cell{});
  if (std::holds_alternative<std::string>(like)) return value.get<std::string>();
  if (std::holds_alternative<double>(like)) return NumberOf(value);
  if (!value.is_number_unsigned()) Reject(fmt::format("{} is no count", value.dump()));
  return value.get<std::uint64_t>();
}

Cell ReadCell(const Json& json) {
  const std::span<const Column> columns = Columns();
  if (json.size() != columns.size()) Reject(fmt::format("it has {} entries, and there are {} columns", json.size(), columns.size()));
  Cell cell;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    try {
      columns[i].set(ReadValue(columns[i], json.at(i)), &cell);
    } catch (const std::exception& error) {
      Reject(fmt::format("{}: {}", columns[i].name, error.what()));
    }
  }
  cell.kernel = fmt::format("{}.{}.{}", Name(cell.operation), cell.algorithm, Name(cell.format));
  return cell;
}

// A number in hex, or a word for what is none.
double HexOf(const Json& json) {
  const auto text = json.get<std::string>();
  const std::optional<double> number = ParseNumber(Format::f64, text);
  if (!number) Reject(fmt::format("'{}' is no number", text));
  return *number;
}

ErrorBin ReadBin(const Json& json) {
  ErrorBin bin;
  bin.from = NumberOf(json.at(0));
  json.at(1).get_to(bin.count);
  bin.max_ulp = NumberOf(json.at(2));
  bin.bound = NumberOf(json.at(3));
  json.at(4).get_to(bin.n);
  json.at(5).get_to(bin.worst.sample);
  json.at(6).get_to(bin.worst.element);
  bin.worst.got = HexOf(json.at(7));
  json.at(8).get_to(bin.worst.exact);
  return bin;
}

Profile ReadProfile(const Json& json) {
  Profile profile;
  SetKernel(json.at("kernel").get<std::string>(), &profile);
  const std::size_t begin = profile.kernel.find('.') + 1, end = profile.kernel.rfind('.');
  profile.algorithm = begin < end ? profile.kernel.substr(begin, end - begin) : "";
  json.at("target").get_to(profile.target);
  json.at("family").get_to(profile.family);
  for (const Json& entry : json.at("errors")) {
    profile.errors.emplace_back(NumberOf(entry.at(0)), entry.at(1).get<std::uint64_t>());
  }
  for (const Json& bin : json.at("distance")) profile.distance.push_back(ReadBin(bin));
  for (const Json& bin : json.at("magnitude")) profile.magnitude.push_back(ReadBin(bin));
  return profile;
}

SpecialResult ReadSpecial(const Json& json) {
  SpecialResult special;
  SetKernel(json.at("kernel").get<std::string>(), &special);
  json.at("target").get_to(special.target);
  json.at("row").get_to(special.row);
  json.at("outcome").get_to(special.outcome);
  special.verdict = VerdictOf(json);
  return special;
}

Coverage ReadCoverage(const Json& json) {
  Coverage coverage;
  SetKernel(json.at("kernel").get<std::string>(), &coverage);
  json.at("target").get_to(coverage.target);
  json.at("rows").get_to(coverage.rows);
  json.at("samples").get_to(coverage.samples);
  json.at("vacuous").get_to(coverage.vacuous);
  json.at("unclaimed_rows").get_to(coverage.unclaimed_rows);
  json.at("failed_rows").get_to(coverage.failed_rows);
  coverage.failure_rate_95 = NumberOf(json.at("failure_rate_95"));
  json.at("exhaustive").get_to(coverage.exhaustive);
  return coverage;
}

ReferenceEffort ReadReference(const Json& json) {
  return {FormatOf(json), json.at("bits").get<unsigned>(), json.at("elements").get<unsigned long long>()};
}

InputRounding ReadInput(const Json& json) {
  return {FormatOf(json), json.at("values").get<std::uint64_t>(), json.at("changed").get<std::uint64_t>()};
}

// The entries of an array, each read by `read`; an error says which.
template <class Read>
auto ReadArray(const Json& document, const char* name, const Read& read) {
  std::vector<decltype(read(Json()))> entries;
  const Json& array = document.at(name);
  if (!array.is_array()) Reject(fmt::format("\"{}\" is no array", name));
  entries.reserve(array.size());
  for (const Json& entry : array) {
    try {
      entries.push_back(read(entry));
    } catch (const std::exception& error) {
      Reject(fmt::format("{}[{}]: {}", name, entries.size(), error.what()));
    }
  }
  return entries;
}

// The rows stand apart from the cells and profiles that point to them.
void AddWorstRows(const Json& document, Record* record) {
  struct WorstRow {
    std::string text;
    bool whole = false;
  };
  const auto key = [](const auto& operation, const auto& algorithm, const auto& format, const auto& family, std::uint64_t n,
                      std::uint64_t sample) {
    return fmt::format("{} {} {} {} {} {}", operation, algorithm, format, family, n, sample);
  };
  std::map<std::string, WorstRow> rows;
  ReadArray(document, "rows", [&](const Json& row) {
    for (const Json& algorithm : row.at("algorithms")) {
      rows[key(row.at("operation").get<std::string>(), algorithm.get<std::string>(), row.at("format").get<std::string>(),
               row.at("family").get<std::string>(), row.at("n").get<std::uint64_t>(),
               row.at("sample").get<std::uint64_t>())] = {row.at("row").get<std::string>(), row.at("whole").get<bool>()};
    }
    return 0;
  });
  const auto find = [&](const auto& entry, std::size_t n, Witness* worst) {
    const auto row =
        rows.find(key(Name(entry.operation), entry.algorithm, Name(entry.format), entry.family, n, worst->sample));
    if (row == rows.end()) {
      Reject(fmt::format("row {} of {} {} n={} is missing from \"rows\"", worst->sample, entry.kernel, entry.family, n));
    }
    worst->row = row->second.text;
    worst->whole = row->second.whole;
  };
  for (Cell& cell : record->cells) {
    if (cell.count > 0) find(cell, cell.n, &cell.worst);
  }
  for (Profile& profile : record->profiles) {
    for (auto* bins : {&profile.distance, &profile.magnitude}) {
      for (ErrorBin& bin : *bins) find(profile, bin.n, &bin.worst);
    }
  }
}

}  // namespace

Record ReadJson(std::string_view text) {
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::exception& error) {
    Reject(fmt::format("is no JSON ({}); {}", error.what(), kWanted));
  }
  if (!document.is_object() || !document.contains("schema_version") || !document.contains("cells")) {
    Reject(fmt::format("is no report record; {}", kWanted));
  }
  if (document["schema_version"] != kSchemaVersion) {
    Reject(fmt::format("has schema_version {}, and this program reads {}; make the report again",
                       document["schema_version"].dump(), kSchemaVersion));
  }
  try {
    std::vector<std::string> names;
    for (const Column& column : Columns()) names.emplace_back(column.name);
    if (document.at("columns") != names) Reject("\"columns\" are others than this program writes; make the report again");
    Record record;
    record.context = ReadContext(document.at("context"));
    record.cells = ReadArray(document, "cells", ReadCell);
    record.profiles = ReadArray(document, "profiles", ReadProfile);
    record.special = ReadArray(document, "special", ReadSpecial);
    record.coverage = ReadArray(document, "coverage", ReadCoverage);
    record.reference = ReadArray(document, "reference", ReadReference);
    record.input = ReadArray(document, "input", ReadInput);
    AddWorstRows(document, &record);
    return record;
  } catch (const std::exception& error) {
    Reject(fmt::format("is no report record: {}; {}", error.what(), kWanted));
  }
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) Reject(fmt::format("cannot read '{}'", path));
  return text;
}

Record ReadJsonFile(const std::string& path) {
  const std::string text = ReadWholeFile(path);
  try {
    return ReadJson(text);
  } catch (const std::invalid_argument& error) {
    Reject(fmt::format("'{}' {}", path, error.what()));
  }
}

}  // namespace softmax_verify
