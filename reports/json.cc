#include "reports/json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

#include "reports/numbers.h"

namespace softmax_verify {

double SixDigits(double value) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr) : value;
}

Json JsonNumber(double value) {
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

}  // namespace softmax_verify
