// What is the same in every JSON document.
#ifndef SOFTMAX_VERIFY_REPORTS_JSON_H_
#define SOFTMAX_VERIFY_REPORTS_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "reports/record.h"

namespace softmax_verify {

using Json = nlohmann::ordered_json;

// Six significant digits, which say all that a statistic is good for; "inf", "-inf" and "nan" where JSON has no number.
Json Number(double value);
// The reverse. Throws std::invalid_argument where there is neither.
double NumberOf(const Json& value);
// The value as it comes back from Number.
double SixDigits(double value);

// The document as text: its keys over several lines, the entries of an array one a line.
std::string Lines(const Json& document);

Json ToJson(const Context& context);
Json VerdictsJson(const VerdictCounts& counts);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_JSON_H_
