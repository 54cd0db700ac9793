#include "reports/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include "verify/draw.h"

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

Row DrawRow(std::uint64_t seed, const Signature& signature, const Family& family, std::size_t n, std::uint64_t sample,
            const GivenParameters& parameters) {
  Random random(seed, HashOf(fmt::format("{}.{}.{}.{}.{}", Name(signature.operation), Name(signature.format),
                                         family.name, n, sample)));
  // Families say what logits are like; a scale of its own would make another family of each.
  ParameterSet fixed = parameters.given;
  fixed.Add(Parameter::scale);
  fixed.Add(Parameter::temperature);
  return Draw(signature, family, n, random, parameters.values, fixed);
}

std::vector<std::vector<Kernel>> BySignature(const std::vector<Kernel>& kernels) {
  std::vector<std::vector<Kernel>> groups;
  for (const Kernel& kernel : kernels) {
    const Signature& signature = kernel;
    const auto known = std::find_if(groups.begin(), groups.end(),
                                    [&](const std::vector<Kernel>& group) { return group.front() == signature; });
    if (known == groups.end()) {
      groups.push_back({kernel});
    } else {
      known->push_back(kernel);
    }
  }
  return groups;
}

bool NeedsLogitsAlone(const Signature& signature) {
  const OperandList& operands = Info(signature.operation).operands;
  return signature.operands.Has(Role::x) && std::none_of(operands.begin(), operands.end(), [&](const Operand& operand) {
           return !operand.output && operand.role != Role::x && signature.operands.Has(operand.role) &&
                  !signature.nullable.Has(operand.role);
         });
}

Row InputRow(const Matrix& logits, const Signature& signature, std::uint64_t sample, const Parameters& parameters) {
  Row row;
  row.operation = signature.operation;
  row.format = signature.format;
  row.statistics = signature.statistics;
  row.parameters = parameters;
  row.x.reserve(logits.cols);
  for (std::size_t i = 0; i < logits.cols; ++i) {
    row.x.push_back(RoundToFormat(signature.format, logits.values[sample * logits.cols + i]));
  }
  for (const Operand& operand : Info(signature.operation).operands) {
    if (operand.output && operand.optional && signature.operands.Has(operand.role)) row.outputs.Add(operand.role);
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

std::string AsOptions(std::string_view words) {
  std::string options(" --");
  bool in_name = true;
  for (const char c : words) {
    if (c == ' ' || c == '=') in_name = c == ' ';
    if (c == ' ') {
      options.append(" --");
    } else {
      options.push_back(in_name && c == '_' ? '-' : c);
    }
  }
  return options;
}

std::string AsOptions(const GivenParameters& parameters) {
  std::string options;
  for (const ParameterInfo& info : kParameters) {
    if (!parameters.given.Has(info.parameter)) continue;
    options += AsOptions(fmt::format("{}={}", info.name, ParameterText(parameters.values, info.parameter)));
  }
  return options;
}

std::vector<std::size_t> Effort::Lengths(Operation operation, std::span<const std::size_t> more) const {
  std::vector<std::size_t> some;
  for (const std::span<const std::size_t> all : {lengths, more}) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](std::size_t n) { return WorkOf(operation, n) <= static_cast<double>(elements); });
  }
  return some;
}

std::uint64_t Effort::Rows(Operation operation, std::size_t n) const {
  const double rows = std::floor(static_cast<double>(elements) / WorkOf(operation, n));
  return static_cast<std::uint64_t>(std::clamp(rows, 1.0, static_cast<double>(max_rows)));
}

std::span<const Effort> Efforts() { return kEfforts; }

const Effort* FindEffort(std::string_view name) {
  const auto found = std::find_if(kEfforts.begin(), kEfforts.end(), [&](const Effort& e) { return e.name == name; });
  return found == kEfforts.end() ? nullptr : &*found;
}

}  // namespace softmax_verify
