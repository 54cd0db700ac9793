#include "verify/shrink.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace softmax_verify {
namespace {

// As many pieces of a row are tried in one round, so that a round stays cheap on long rows.
constexpr std::size_t kPieces = 32;

// The significand of a finite nonzero value as an odd integer, and its exponent.
std::pair<double, int> OddPart(double value) {
  int exponent;
  double odd = std::abs(std::frexp(value, &exponent));
  while (odd != std::floor(odd)) {
    odd *= 2;
    --exponent;
  }
  return {odd, exponent};
}

// The order of simplicity, a total order of the finite values of a format: 0, 1, -1, 2, -2, ... the integers by
// magnitude, then fractions by the size of their odd significand, then by exponent. Whatever is not finite comes last.
std::tuple<int, double, int, bool> Complexity(double value) {
  if (!std::isfinite(value)) return {2, 0, 0, false};
  if (value == std::floor(value)) return {0, std::abs(value), 0, std::signbit(value)};
  const auto [odd, exponent] = OddPart(value);
  return {1, odd, std::abs(exponent), value < 0};
}

bool Simpler(double a, double b) { return Complexity(a) < Complexity(b); }

// Values of the format simpler than `value`, the boldest first.
std::vector<double> SimplerValues(Format format, double value) {
  std::vector<double> candidates;
  const auto consider = [&](double candidate) {
    candidate = RoundToFormat(format, candidate);
    if (Simpler(candidate, value) && std::find(candidates.begin(), candidates.end(), candidate) == candidates.end()) {
      candidates.push_back(candidate);
    }
  };
  consider(0);
  if (!std::isfinite(value)) return candidates;
  consider(-value);
  if (value == std::floor(value)) {
    // Towards zero by a half, a quarter, ... of the way, down to a step of one.
    for (double step = std::trunc(value / 2); step != 0; step = std::trunc(step / 2)) consider(value - step);
    if (value != 0) consider(value - std::copysign(1.0, value));
  } else {
    consider(std::trunc(value));
    consider(std::trunc(value) + std::copysign(1.0, value));
  }
  if (value != 0) {
    const int exponent = std::ilogb(value);
    for (int bits = 1; bits < Info(format).p; bits *= 2) {
      const double quantum = std::ldexp(1.0, exponent - bits + 1);
      consider(std::trunc(value / quantum) * quantum);
    }
    const auto [odd, odd_exponent] = OddPart(value);
    if (odd > 1) consider(std::copysign(std::ldexp(odd - 1, odd_exponent), value));  // without its last bit
  }
  return candidates;
}

// The operands' elements are indexed by the letters of their dimensions; of `dim` the positions [first, first + count)
// are removed. Classes follow the columns that they name; one that is removed becomes 0.
Row Without(const Row& row, char dim, std::size_t first, std::size_t count) {
  const Shape shape = row.GetShape();
  const auto extent = [&](char letter) {
    return letter == 'n'                                                       ? shape.n
           : letter == 'd'                                                     ? shape.d
           : letter == 'r' && row.parameters.reduction != Reduction::none ? 1
                                                                               : shape.m;
  };
  Row shorter = row;
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    const bool reduced = operand.dims == "r" && row.parameters.reduction != Reduction::none;
    std::size_t before = 1, after = 1;  // elements per position of the dimensions in front and behind
    bool found = false;
    for (const char letter : operand.dims) {
      if (letter == ',') continue;
      const bool is_dim = !reduced && (letter == dim || (dim == 'm' && letter == 'r'));
      if (is_dim && !found) {
        found = true;
      } else {
        (found ? after : before) *= extent(letter);
      }
    }
    if (!found) continue;
    Values kept;
    const std::size_t length = extent(dim);
    for (std::size_t outer = 0; outer < before; ++outer) {
      for (std::size_t i = 0; i < length; ++i) {
        if (i >= first && i < first + count) continue;
        const auto from = row[operand.role].begin() + static_cast<std::ptrdiff_t>((outer * length + i) * after);
        kept.insert(kept.end(), from, from + static_cast<std::ptrdiff_t>(after));
      }
    }
    shorter[operand.role] = std::move(kept);
  }
  if (dim == 'm') shorter.m -= count;
  if (dim == 'd') shorter.d -= count;
  if (dim == 'n' && row.Has(Role::targets)) {
    for (double& target : shorter[Role::targets]) {
      if (target == static_cast<double>(row.parameters.ignore_index)) continue;
      const auto column = static_cast<std::size_t>(target);
      target = static_cast<double>(column < first ? column : column < first + count ? 0 : column - count);
    }
  }
  return shorter;
}

void ShortenBy(const Row& row, char dim, std::size_t length, std::vector<Row>* rows) {
  // By pieces of a half, a quarter, ... of the length; one element off either end always.
  for (std::size_t piece = (length + 1) / 2; piece > 0 && length > 1; piece /= 2) {
    const std::size_t pieces = (length + piece - 1) / piece;
    if (pieces > kPieces) break;
    for (std::size_t i = pieces; i-- > 0;) {
      const std::size_t first = i * piece;
      const std::size_t count = std::min(piece, length - first);
      if (count < length) rows->push_back(Without(row, dim, first, count));
    }
  }
  if (length > kPieces) {
    rows->push_back(Without(row, dim, length - 1, 1));
    rows->push_back(Without(row, dim, 0, 1));
  }
}

// Rows with simpler values of one operand of numbers.
void SimplifyValues(const Row& row, Role role, std::vector<Row>* rows) {
  const Format format = Info(role).element == Element::statistic ? row.statistics : row.format;
  const Values& values = row[role];
  const std::size_t n = values.size();
  // All elements at once, each the k-th of its simpler values where it has one.
  std::vector<std::vector<double>> simpler(n);
  std::size_t most = 0;
  for (std::size_t i = 0; i < n; ++i) {
    simpler[i] = SimplerValues(format, values[i]);
    most = std::max(most, simpler[i].size());
  }
  for (std::size_t k = 0; k < std::min(most, n > 4096 ? std::size_t{4} : kPieces); ++k) {
    rows->push_back(row);
    for (std::size_t i = 0; i < n; ++i) {
      if (!simpler[i].empty()) rows->back()[role][i] = simpler[i][std::min(k, simpler[i].size() - 1)];
    }
  }

  // Pieces set to 0.
  for (std::size_t piece = (n + 1) / 2; piece > 1; piece /= 2) {
    const std::size_t pieces = (n + piece - 1) / piece;
    if (pieces > kPieces) break;
    for (std::size_t first = 0; first < n; first += piece) {
      Row zeroed = row;
      for (std::size_t i = first; i < std::min(first + piece, n); ++i) zeroed[role][i] = 0;
      if (zeroed[role] != values) rows->push_back(std::move(zeroed));
    }
  }

  // One element at a time, the first few that can be simpler.
  std::size_t tried = 0;
  for (std::size_t i = 0; i < n && tried < kPieces; ++i) {
    if (simpler[i].empty()) continue;
    ++tried;
    for (const double value : simpler[i]) {
      rows->push_back(row);
      rows->back()[role][i] = value;
    }
  }
}

}  // namespace

std::vector<Row> SimplerRows(const Row& row) {
  std::vector<Row> rows;
  const Shape shape = row.GetShape();
  ShortenBy(row, 'n', shape.n, &rows);
  ShortenBy(row, 'm', shape.m, &rows);
  ShortenBy(row, 'd', shape.d, &rows);

  // All parameters at their standard values, then one at a time. A reduction changes the shape of others: it stays.
  const auto with_parameters = [&](const Parameters& parameters) {
    if (parameters == row.parameters) return;
    rows.push_back(row);
    rows.back().parameters = parameters;
  };
  Parameters standard;
  standard.reduction = row.parameters.reduction;
  standard.ignore_index = row.parameters.ignore_index;
  with_parameters(standard);
  for (const ParameterInfo& info : kParameters) {
    if (info.parameter == Parameter::reduction || info.parameter == Parameter::ignore_index) continue;
    Parameters simpler = row.parameters;
    SetParameter(ParameterText({}, info.parameter), info.parameter, &simpler);
    with_parameters(simpler);
  }

  // Optional operands left out, masks that keep everything, the first class.
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    if (operand.optional && (operand.role == Role::mask || operand.role == Role::bias || operand.role == Role::weight)) {
      rows.push_back(row);
      rows.back().others.erase(operand.role);
    }
    const Element element = Info(operand.role).element;
    if (element == Element::byte || element == Element::index) {
      Row simpler = row;
      for (double& value : simpler[operand.role]) {
        if (element == Element::byte) value = 1;
        if (element == Element::index && value != static_cast<double>(row.parameters.ignore_index)) value = 0;
      }
      if (simpler != row) rows.push_back(std::move(simpler));
    }
  }
  for (const Operand& operand : Info(row.operation).operands) {
    const Element element = Info(operand.role).element;
    if (operand.output || !row.Has(operand.role) || element == Element::byte || element == Element::index) continue;
    SimplifyValues(row, operand.role, &rows);
  }
  return rows;
}

Row Shrink(Row row, const std::function<bool(const Row&)>& fails, std::size_t budget) {
  for (bool simplified = true; simplified;) {
    simplified = false;
    for (Row& candidate : SimplerRows(row)) {
      if (budget-- == 0) return row;
      if (fails(candidate)) {
        row = std::move(candidate);
        simplified = true;
        break;
      }
    }
  }
  return row;
}

}  // namespace softmax_verify
