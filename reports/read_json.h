// A record read back from its JSON.
#ifndef SOFTMAX_VERIFY_REPORTS_READ_JSON_H_
#define SOFTMAX_VERIFY_REPORTS_READ_JSON_H_

#include <string>
#include <string_view>

#include "reports/record.h"

namespace softmax_verify {

// The reverse of RenderJson, up to the six digits that it writes: rendered again it is the same text. Throws
// std::invalid_argument, one line without the name of a file, for anything but a record of this schema version.
Record ReadJson(std::string_view text);

// The same of a file, which the error names.
Record ReadJsonFile(const std::string& path);

// The whole file; std::invalid_argument where it cannot be read.
std::string ReadWholeFile(const std::string& path);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_READ_JSON_H_
