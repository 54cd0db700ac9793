#include "reports/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace softmax_verify {
namespace {

// One, two and three logits; around the vectors of 4 to 64 lanes; past the block of the streaming kernels; lengths
// that are multiples of nothing.
constexpr std::array<std::size_t, 7> kQuickLengths = {1, 2, 7, 17, 64, 257, 1000};
constexpr std::array<std::size_t, 8> kNormalLengths = {1, 2, 7, 17, 64, 257, 1000, 4097};
constexpr std::array<std::size_t, 15> kThoroughLengths = {1,  2,   3,   7,    8,    17,   31,   64,
                                                          65, 129, 257, 1000, 1024, 4097, 65537};

constexpr std::array kEfforts = {
    Effort{"quick", kQuickLengths, 2000, 20},
    Effort{"normal", kNormalLengths, 100000, 1000},
    Effort{"thorough", kThoroughLengths, 2000000, 20000},
};

}  // namespace

Row DrawRow(std::uint64_t seed, Operation operation, Format format, const Family& family, std::size_t n,
            std::uint64_t sample, const Parameters& parameters) {
  Random random(seed, HashOf(fmt::format("{}.{}.{}.{}.{}", Name(operation), Name(format), family.name, n, sample)));
  return {operation, format, family.make(format, n, random), parameters};
}

Row InputRow(const Matrix& logits, Operation operation, Format format, std::uint64_t sample,
             const Parameters& parameters) {
  Row row{operation, format, {}, parameters};
  row.x.reserve(logits.cols);
  for (std::size_t i = 0; i < logits.cols; ++i) {
    row.x.push_back(RoundToFormat(format, logits.values[sample * logits.cols + i]));
  }
  return row;
}

std::uint64_t CountRounded(const Matrix& logits, Format format) {
  return static_cast<std::uint64_t>(std::count_if(logits.values.begin(), logits.values.end(),
                                                  [format](double x) { return !IsRepresentable(format, x); }));
}

void RequireLogits(const Matrix& logits, Format format) {
  for (std::size_t row = 0; row < logits.rows; ++row) {
    bool any_finite = false;
    for (std::size_t col = 0; col < logits.cols; ++col) {
      const double x = logits.values[row * logits.cols + col];
      const double rounded = RoundToFormat(format, x);
      any_finite |= std::isfinite(rounded);
      if (std::isnan(x) || x == HUGE_VAL) {
        throw std::invalid_argument(
            fmt::format("has {} at row {}, column {} (counted from 0); logits are finite, or -inf", x, row, col));
      }
      if (std::isfinite(x) && !std::isfinite(rounded)) {
        throw std::invalid_argument(
            fmt::format("has {} at row {}, column {} (counted from 0), which is beyond the largest {} ({}); choose "
                        "another --format",
                        x, row, col, Name(format), Largest(format)));
      }
    }
    if (!any_finite) {
      throw std::invalid_argument(
          fmt::format("has no finite logit in row {} (counted from 0); at least one is needed", row));
    }
  }
}

std::uint64_t Effort::Rows(std::size_t n) const { return std::clamp<std::uint64_t>(elements / n, 1, max_rows); }

std::span<const Effort> Efforts() { return kEfforts; }

const Effort* FindEffort(std::string_view name) {
  const auto found = std::find_if(kEfforts.begin(), kEfforts.end(), [&](const Effort& e) { return e.name == name; });
  return found == kEfforts.end() ? nullptr : &*found;
}

}  // namespace softmax_verify
