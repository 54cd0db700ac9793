#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A row unlike `x`, for the neighbours of a row under test: its values in reverse, on another level, or not finite.
Values Neighbour(Format format, const Values& x, Random& random) {
  Values other(x.rbegin(), x.rend());
  const double levels[] = {0, 0.5, 100, -1000, 2e4};
  const double level = levels[random.Below(5)];
  for (double& value : other) {
    if (std::isfinite(value))
      value = std::clamp(RoundToFormat(format, value + level), -Largest(format), Largest(format));
  }
  if (!other.empty() && random.OneIn(4)) other[random.Below(other.size())] = kNaN;
  return other;
}

// Rows `which` of the results against the row by itself. A layout that the kernel refuses says nothing.
Outcome CheckRows(const Kernel& kernel, const Case& row, const Results& results, const std::vector<std::size_t>& which,
                  bool optional_layout, const std::string& what) {
  if (results.status != Status::ok) {
    if (optional_layout) return Vacuous();
    return Broken(fmt::format("returned status {} {}", static_cast<int>(results.status), what));
  }
  if (results.written_elsewhere) {
    return Broken(fmt::format("wrote to element {} of the buffer of y, which belongs to no row, {}",
                              *results.written_elsewhere, what),
                  *results.written_elsewhere);
  }
  const Values alone = CallOne(kernel, row.row());
  Outcome outcome = Vacuous();
  for (const std::size_t r : which) {
    outcome = CheckSame(kernel, row, alone, results.rows[r], kernel.contract.layout_independent,
                        fmt::format("{}, row {}", what, r));
    if (outcome.kind != Outcome::Kind::held) return outcome;
  }
  return outcome;
}

// `count` rows, the row itself at the places `which`.
std::vector<Values> Surround(const Kernel& kernel, const Case& row, std::size_t count,
                             const std::vector<std::size_t>& which, Random& random) {
  std::vector<Values> rows(count);
  for (std::size_t r = 0; r < count; ++r) {
    const bool own = std::find(which.begin(), which.end(), r) != which.end();
    rows[r] = own ? row.row().x : Neighbour(kernel.format, row.row().x, random);
  }
  return rows;
}

}  // namespace

Outcome Alignment(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("alignment"));
  const std::size_t elements = 64 / Info(kernel.format).bytes;
  const Setup setup = {
      .layout = Layout::Rows(1, row.size()), .x_offset = random.Below(elements), .y_offset = random.Below(elements)};
  const Values rows[] = {row.row().x};
  return CheckRows(
      kernel, row, Call(kernel, rows, row.row().parameters, setup), {0}, false,
      fmt::format("with x and y {} and {} elements past a 64-byte boundary", setup.x_offset, setup.y_offset));
}

Outcome BatchIndependence(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("batch_independence"));
  const std::size_t count = 3 + random.Below(3);
  const std::vector<std::size_t> which = {0, count / 2, count - 1};
  const auto rows = Surround(kernel, row, count, which, random);
  const Results results = Call(kernel, rows, row.row().parameters, {.layout = Layout::Rows(count, row.size())});
  return CheckRows(kernel, row, results, which, false, fmt::format("among {} rows", count));
}

Outcome Strides(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("strides"));
  const std::vector<std::size_t> which = {0, 2};
  const auto rows = Surround(kernel, row, 3, which, random);
  Layout layout = Layout::Rows(3, row.size());
  layout.ldx += random.Below(20);
  layout.ldy += 1 + random.Below(20);
  return CheckRows(kernel, row, Call(kernel, rows, row.row().parameters, {.layout = layout}), which, true,
                   fmt::format("with row strides {} and {} for {} columns", layout.ldx, layout.ldy, row.size()));
}

Outcome Axis(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("axis"));
  const std::size_t inner = 2 + random.Below(row.size() > 300 ? 2 : 40);
  const std::vector<std::size_t> which = {0, inner - 1, inner, 2 * inner - 1};
  const auto rows = Surround(kernel, row, 2 * inner, which, random);
  return CheckRows(kernel, row,
                   Call(kernel, rows, row.row().parameters, {.layout = Layout::Axis(2, row.size(), inner)}), which,
                   true, fmt::format("along the middle axis of [2, {}, {}]", row.size(), inner));
}

Outcome InPlace(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("in_place"));
  const std::vector<std::size_t> which = {1};
  const auto rows = Surround(kernel, row, 3, which, random);
  const Setup setup = {.layout = Layout::Rows(3, row.size()), .in_place = true};
  return CheckRows(kernel, row, Call(kernel, rows, row.row().parameters, setup), which, false, "in place");
}

Outcome Determinism(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("determinism"));
  const std::size_t n = row.size();
  Buffer x(kernel.format, n);
  Buffer y(kernel.format, n);
  const auto run = [&](const Values& logits, double poison) {
    for (std::size_t i = 0; i < n; ++i) x.Set(i, logits[i]);
    y.Fill(poison);
    const Status status = Run(kernel, x.data(), y.data(), Layout::Rows(1, n), row.row().parameters);
    if (status != Status::ok)
      throw Refused(fmt::format("returned status {} for valid arguments", static_cast<int>(status)));
    Values result(n);
    for (std::size_t i = 0; i < n; ++i) result[i] = y.Get(i);
    return result;
  };
  // The same pointers with other logits in between: what is remembered from one call must not reach the next.
  const Values other_logits = Neighbour(kernel.format, row.row().x, random);
  const Values first = run(row.row().x, kNaN);
  const Values between = run(other_logits, 0.25);
  const Values second = run(row.row().x, 0.5);
  const Values third = run(row.row().x, -1);
  Outcome outcome = CheckSame(kernel, row, first, second, true, "in a second call");
  if (outcome.kind != Outcome::Kind::held) return outcome;
  outcome = CheckSame(kernel, row, first, third, true, "in a third call");
  if (outcome.kind != Outcome::Kind::held) return outcome;
  const Case other(WithLogits(row.row(), other_logits));
  outcome = CheckSame(kernel, other, CallOne(kernel, other.row()), between, kernel.contract.layout_independent,
                      "where the same memory held another row before");
  return outcome.kind == Outcome::Kind::broken ? outcome : Held();
}

}  // namespace softmax_verify::checks
