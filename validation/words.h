// Words of a person turned into operations, formats and parameters.
//
// Everything here throws std::invalid_argument for words that cannot be right: one line that says what would be.
#ifndef SOFTMAX_VERIFY_VALIDATION_WORDS_H_
#define SOFTMAX_VERIFY_VALIDATION_WORDS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record.h"

namespace softmax_verify {

Operation RequireOperation(const std::string& name);
Format RequireFormat(const std::string& name);
// `what` names the kind of thing: "unknown target 'AVX9'; there are ...".
void RequireKnown(const char* what, const std::string& name, const std::vector<std::string>& known);

// Parameters as text: what a number is depends on the format.
using ParameterTexts = std::map<Parameter, std::string>;
// As an option: "--label-smoothing".
std::string OptionOf(std::string_view name);
// In their domains, real numbers rounded to `compute`. Refused where they are not among `heeded`, the parameters of
// what `name` calls by name.
GivenParameters ParseParameters(const ParameterTexts& texts, const std::string& name, ParameterSet heeded, Format compute);

// "a, b, c".
std::string Joined(const std::vector<std::string>& words);
// The names in a table.
template <typename Table>
std::vector<std::string> NamesOf(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

// Those of `known` that are a typing error or two away from `word`, as the end of an error message: "; did you mean
// ...?", or "" when nothing is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_WORDS_H_
