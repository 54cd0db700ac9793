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

Row WithoutElements(const Row& row, std::size_t first, std::size_t count) {
  Row shorter = row;
  const auto from = shorter.x.begin() + static_cast<std::ptrdiff_t>(first);
  shorter.x.erase(from, from + static_cast<std::ptrdiff_t>(count));
  return shorter;
}

}  // namespace

std::vector<Row> SimplerRows(const Row& row) {
  std::vector<Row> rows;
  const std::size_t n = row.x.size();

  // Shorter rows, by pieces of a half, a quarter, ... of the length; one element off either end always.
  for (std::size_t piece = (n + 1) / 2; piece > 0 && n > 1; piece /= 2) {
    const std::size_t pieces = (n + piece - 1) / piece;
    if (pieces > kPieces) break;
    for (std::size_t i = pieces; i-- > 0;) {
      const std::size_t first = i * piece;
      const std::size_t count = std::min(piece, n - first);
      if (count < n) rows.push_back(WithoutElements(row, first, count));
    }
  }
  if (n > kPieces) {
    rows.push_back(WithoutElements(row, n - 1, 1));
    rows.push_back(WithoutElements(row, 0, 1));
  }

  const auto with_parameters = [&](double scale, double temperature) {
    if (Parameters{scale, temperature} == row.parameters) return;
    rows.push_back(row);
    rows.back().parameters = {scale, temperature};
  };
  with_parameters(1, 1);
  if (row.parameters.scale != 1) with_parameters(1, row.parameters.temperature);
  if (row.parameters.temperature != 1) with_parameters(row.parameters.scale, 1);

  // All elements at once, each the k-th of its simpler values where it has one.
  std::vector<std::vector<double>> simpler(n);
  std::size_t most = 0;
  for (std::size_t i = 0; i < n; ++i) {
    simpler[i] = SimplerValues(row.format, row.x[i]);
    most = std::max(most, simpler[i].size());
  }
  for (std::size_t k = 0; k < std::min(most, n > 4096 ? std::size_t{4} : kPieces); ++k) {
    rows.push_back(row);
    for (std::size_t i = 0; i < n; ++i) {
      if (!simpler[i].empty()) rows.back().x[i] = simpler[i][std::min(k, simpler[i].size() - 1)];
    }
  }

  // Pieces set to 0.
  for (std::size_t piece = (n + 1) / 2; piece > 1; piece /= 2) {
    const std::size_t pieces = (n + piece - 1) / piece;
    if (pieces > kPieces) break;
    for (std::size_t first = 0; first < n; first += piece) {
      Row zeroed = row;
      for (std::size_t i = first; i < std::min(first + piece, n); ++i) zeroed.x[i] = 0;
      if (zeroed.x != row.x) rows.push_back(std::move(zeroed));
    }
  }

  // One element at a time, the first few that can be simpler.
  std::size_t tried = 0;
  for (std::size_t i = 0; i < n && tried < kPieces; ++i) {
    if (simpler[i].empty()) continue;
    ++tried;
    for (const double value : simpler[i]) {
      rows.push_back(row);
      rows.back().x[i] = value;
    }
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
