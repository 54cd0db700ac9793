// A request in a document.
#ifndef SOFTMAX_VERIFY_VALIDATION_REQUEST_JSON_H_
#define SOFTMAX_VERIFY_VALIDATION_REQUEST_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "validation/validation.h"

namespace softmax_verify {

nlohmann::ordered_json ToJson(const ValidationRequest& request);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_REQUEST_JSON_H_
