#include "reports/json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "reports/numbers.h"
#include "verify/case.h"

namespace softmax_verify {

double SixDigits(double value) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr) : value;
}

Json Number(double value) {
  if (!std::isfinite(value)) return HexFloat(value);
  const double number = SixDigits(value);
  if (number == std::trunc(number) && std::abs(number) < 1e6) return static_cast<std::int64_t>(number);
  return number;
}

double NumberOf(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "inf" || value == "-inf" || value == "nan") return *ParseNumber(Format::f64, value.get<std::string>());
  throw std::invalid_argument(fmt::format("{} is no number", value.dump()));
}

std::string Lines(const Json& document) {
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& [key, value] : document.items()) {
    text += fmt::format("{}  {}: ", separator, Json(key).dump());
    separator = ",\n";
    if (!value.is_array() || value.empty()) {
      text += value.dump();
      continue;
    }
    const char* comma = "[\n";
    for (const Json& entry : value) {
      text += fmt::format("{}    {}", comma, entry.dump());
      comma = ",\n";
    }
    text += "\n  ]";
  }
  return text + "\n}\n";
}

Json ToJson(const Context& context) {
  Json libraries = Json::object();
  for (const auto& [name, version] : context.libraries) libraries[name] = version;
  Json parameters = Json::object();
  for (const ParameterInfo& info : kParameters) {
    if (!context.parameters.given.Has(info.parameter)) continue;
    parameters[std::string(info.name)] = ParameterText(context.parameters.values, info.parameter);
  }
  return {{"commit", context.commit},
          {"compiler", context.compiler},
          {"flags", context.flags},
          {"libraries", std::move(libraries)},
          {"cpu", context.cpu},
          {"targets", context.targets},
          {"seed", context.seed},
          {"effort", context.effort},
          {"parameters", std::move(parameters)},
          {"input", context.input}};
}

Json VerdictsJson(const VerdictCounts& counts) {
  Json verdicts = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) verdicts[std::string(Name(static_cast<Verdict>(i)))] = counts[i];
  return verdicts;
}

}  // namespace softmax_verify
