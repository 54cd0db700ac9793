// The columns of a cell, for every table that holds whole cells: JSON and CSV.
#ifndef SOFTMAX_VERIFY_REPORTS_COLUMNS_H_
#define SOFTMAX_VERIFY_REPORTS_COLUMNS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "reports/record.h"

namespace softmax_verify {

struct Column {
  using Value = std::variant<std::string, std::uint64_t, double>;

  std::string_view name;  // with its unit: _ulp, _u
  Value (*value)(const Cell&);
  // The reverse. Throws std::invalid_argument for a name that there is not, std::bad_variant_access for another type.
  void (*set)(const Value&, Cell*);
};
std::span<const Column> Columns();

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_COLUMNS_H_
