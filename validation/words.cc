#include "validation/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

#include "reports/numbers.h"
#include "verify/case.h"

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& message) { throw std::invalid_argument(message); }

// Levenshtein's distance.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

std::string_view DomainOf(Parameter parameter) { return kParameters[static_cast<std::size_t>(parameter)].domain; }

std::string NamesOf(ParameterSet parameters) {
  std::vector<std::string> names;
  for (const ParameterInfo& info : kParameters) {
    if (parameters.Has(info.parameter)) names.emplace_back(info.name);
  }
  return names.empty() ? "none" : Joined(names);
}

// Sets the parameter to what the text says, rounded to `compute` where that is a real number.
void ParseParameter(const std::string& text, Parameter parameter, Format compute, Parameters* parameters) {
  double* const real = parameters->Real(parameter);
  bool is_valid = true;
  if (real != nullptr) {
    const std::optional<double> value = ParseNumber(compute, text);
    is_valid = value.has_value();
    *real = value.value_or(0);
  } else {
    try {
      SetParameter(text, parameter, parameters);
    } catch (const std::invalid_argument&) {
      is_valid = false;
    }
  }
  if (!is_valid || !parameters->IsInDomain(parameter)) {
    Reject(fmt::format("{} is '{}'; it must be {}{}", OptionOf(Name(parameter)), text, DomainOf(parameter),
                       real == nullptr ? "" : fmt::format(", as {} holds it", Name(compute))));
  }
}

}  // namespace

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void RequireKnown(const char* what, const std::string& name, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    Reject(fmt::format("unknown {} '{}'; there are {}", what, name, Joined(known)));
  }
}

Operation RequireOperation(const std::string& name) {
  RequireKnown("operation", name, NamesOf(kOperations));
  return *ParseOperation(name);
}

Format RequireFormat(const std::string& name) {
  RequireKnown("format", name, NamesOf(kFormats));
  return *ParseFormat(name);
}

std::string OptionOf(std::string_view name) {
  std::string option = "--" + std::string(name);
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

GivenParameters ParseParameters(const ParameterTexts& texts, const std::string& name, ParameterSet heeded,
                                Format compute) {
  GivenParameters parameters;
  for (const auto& [parameter, text] : texts) {
    if (!heeded.Has(parameter)) {
      Reject(fmt::format("{} means nothing to {}; the parameters that it heeds: {}", OptionOf(Name(parameter)), name,
                         NamesOf(heeded)));
    }
    ParseParameter(text, parameter, compute, &parameters.values);
    parameters.given.Add(parameter);
  }
  return parameters;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  const std::size_t allowed = 2 + word.size() / 4;
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : known) {
    const std::size_t distance = EditDistance(word, name);
    if (distance <= allowed) near.emplace_back(distance, name);
  }
  if (near.empty()) return "";
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : near) {
    if (names.size() < 3 && distance <= near.front().first + 1) names.push_back(name);
  }
  return fmt::format("; did you mean {}?", Joined(names));
}

}  // namespace softmax_verify
