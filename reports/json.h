// What is the same in every JSON document about a record.
#ifndef SOFTMAX_VERIFY_REPORTS_JSON_H_
#define SOFTMAX_VERIFY_REPORTS_JSON_H_

#include <nlohmann/json.hpp>

#include "reports/record.h"

namespace softmax_verify {

using Json = nlohmann::ordered_json;

// Six significant digits say all that a statistic is good for. Words for what is not finite.
Json Number(double value);
Json ToJson(const Context& context);
Json VerdictsJson(const VerdictCounts& counts);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_JSON_H_
