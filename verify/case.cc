#include "verify/case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace softmax_verify {

std::string ToString(const Row& row, std::size_t limit) {
  std::string text = "{";
  const std::size_t shown = std::min(limit, row.x.size());
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("{}{:a}", i == 0 ? "" : ", ", row.x[i]);
  if (shown < row.x.size()) text += fmt::format("{}... {} in all", shown == 0 ? "" : ", ", row.x.size());
  text += "}";
  if (row.parameters.scale != 1) text += fmt::format(" scale {:a}", row.parameters.scale);
  if (row.parameters.temperature != 1) text += fmt::format(" temperature {:a}", row.parameters.temperature);
  return text;
}

const std::vector<reference::Enclosure>& Case::exact() const {
  if (exact_->size() != row_.x.size()) *exact_ = reference::Enclose(row_.operation, row_.x, row_.parameters);
  return *exact_;
}

std::vector<double> Apply(const Kernel& kernel, const Row& row) { return ApplyBatch(kernel, {row}).front(); }

std::vector<std::vector<double>> ApplyBatch(const Kernel& kernel, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  const Row& first = rows.front();
  const std::size_t n = first.x.size();
  for (const Row& row : rows) {
    if (row.x.size() != n || row.format != kernel.format || row.operation != kernel.operation ||
        row.parameters != first.parameters) {
      throw std::invalid_argument(
          fmt::format("{}: a batch is rows of one length, of the kernel's operation and format, "
                      "with equal scale and temperature",
                      kernel.name));
    }
  }
  // Words, so that the elements are aligned for every storage type.
  const std::size_t words = (rows.size() * n * Info(kernel.format).bytes + 7) / 8;
  std::vector<std::uint64_t> x(words), y(words);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      Store(kernel.format, x.data(), r * n + i, rows[r].x[i]);
      Store(kernel.format, y.data(), r * n + i, std::numeric_limits<double>::quiet_NaN());
    }
  }
  const Status status = kernel.run(x.data(), y.data(), Layout::Rows(rows.size(), n), first.parameters);
  if (status != Status::ok) {
    throw std::runtime_error(
        fmt::format("{} returned status {} on {}; ok is 0", kernel.name, static_cast<int>(status), ToString(first)));
  }
  std::vector<std::vector<double>> results(rows.size(), std::vector<double>(n));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < n; ++i) results[r][i] = Load(kernel.format, y.data(), r * n + i);
  }
  return results;
}

}  // namespace softmax_verify
