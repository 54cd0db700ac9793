// What was wrong with a kernel, kept in files, and shown again.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/render.h"
#include "validation/render.h"
#include "validation/request_json.h"

namespace softmax_verify {

using Json = nlohmann::ordered_json;

nlohmann::ordered_json ToJson(const ValidationRequest& request) {
  return {{"library", std::filesystem::exists(request.library) ? std::filesystem::absolute(request.library).string()
                                                               : request.library},
          {"exec", request.command},
          {"declaration", request.declaration},
          {"op", request.operation},
          {"dtype", request.dtype},
          {"accumulation", request.accumulation},
          {"exp_ulp", request.exp_ulp},
          {"roles", request.roles},
          {"expect", request.expect},
          {"parameters", request.parameters},
          {"seed", request.seed},
          {"effort", request.effort}};
}

std::map<std::string, std::string> RunKeyOf(const ValidationRequest& request) {
  std::map<std::string, std::string> key = {{"command", "validate"}};
  const Json json = ToJson(request);
  for (const auto& [name, value] : json.items()) {
    if (name != "library" && name != "exec") key[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return key;
}

namespace {

ValidationRequest RequestFrom(const Json& json) {
  ValidationRequest request;
  json.at("library").get_to(request.library);
  request.command = json.value("exec", "");
  json.at("declaration").get_to(request.declaration);
  json.at("op").get_to(request.operation);
  json.at("dtype").get_to(request.dtype);
  json.at("accumulation").get_to(request.accumulation);
  json.at("exp_ulp").get_to(request.exp_ulp);
  json.at("roles").get_to(request.roles);
  json.at("expect").get_to(request.expect);
  json.at("parameters").get_to(request.parameters);
  json.at("seed").get_to(request.seed);
  json.at("effort").get_to(request.effort);
  return request;
}

// Writes the files that show it again.
void Keep(const std::string& directory, const Validation& validation, Failure* kept) {
  const Failure& failure = *kept;
  std::filesystem::create_directories(directory);
  const std::string stem = fmt::format("{}/{}.{}", directory, validation.declaration.symbol, failure.name);
  Json json = {{"schema_version", 1}, {"request", ToJson(validation.request)}};
  if (failure.law != nullptr) {
    const Trial& trial = failure.law->counterexample->trial;
    json["law"] = failure.law->law->name;
    json["operation"] = Name(failure.law->kernel->operation);
    json["row"] = ToString(trial.row, kWhole);
    json["salt"] = trial.salt;
  } else {
    json["law"] = kFindings;
  }
  json["what"] = failure.what;
  kept->file = stem + ".json";
  kept->again = "softmax-verify replay " + kept->file;
  WriteAtomically(kept->file, json.dump(1) + "\n");
  if (validation.request.library.empty()) return;  // nothing that a program could load
  const std::string program = RenderProgram(validation, failure, stem + ".c");
  if (program.empty()) return;
  kept->program = stem + ".c";
  WriteAtomically(kept->program, program);
}

}  // namespace

std::vector<Failure> KeepFailures(const Validation& validation, const std::string& directory) {
  std::vector<Failure> failures;
  for (const auto& [kind, record] : validation.findings) {
    failures.push_back({std::string(Name(kind)), fmt::format("{}: {}{}", record.first.what, record.call,
                                                             record.count > 1 ? fmt::format(" (and {} more times)", record.count - 1) : ""),
                        nullptr, "", "", ""});
  }
  for (const LawResult& law : validation.laws) {
    if (law.Judge() != Verdict::failed) continue;
    const std::string prefix = law.kernel == &validation.kernels.front() ? "" : std::string(Name(law.kernel->operation)) + ".";
    failures.push_back({prefix + std::string(law.law->name), law.counterexample->violation.what, &law, "", "", ""});
  }
  const bool is_text = !validation.request.library.empty() || !validation.request.command.empty();
  for (Failure& failure : failures) {
    if (!directory.empty()) Keep(directory, validation, &failure);
    if (!is_text) {
      failure.again = fmt::format("the same call with the effort {} and the seed {}", validation.request.effort,
                                  validation.request.seed);
    }
  }
  return failures;
}

Replay ReplayFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(fmt::format("cannot read '{}'", path));
  try {
    const Json json = Json::parse(file);
    const bool is_law = json.at("law") != kFindings;
    return ReplayTrial(RequestFrom(json.at("request")), is_law ? json.at("operation").get<std::string>() : "",
                       json.at("law").get<std::string>(), is_law ? json.at("row").get<std::string>() : "",
                       is_law ? json.at("salt").get<std::uint64_t>() : 0);
  } catch (const Json::exception& error) {
    throw std::invalid_argument(fmt::format("'{}' is no file that 'softmax-verify validate' wrote: {}", path, error.what()));
  }
}

}  // namespace softmax_verify
