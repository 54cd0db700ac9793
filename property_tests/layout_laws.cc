#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A row unlike `row`, for the neighbours of a row under test: its columns in reverse, its numbers on another level, or
// not finite. What the rows of a call share stays.
Row Neighbour(const Row& row, Random& random) {
  const std::size_t n = row.GetShape().n;
  std::vector<std::size_t> reversed(n);
  for (std::size_t j = 0; j < n; ++j) reversed[j] = n - 1 - j;
  Row other = WithColumns(row, reversed);
  other.parameters = row.parameters;
  const double levels[] = {0, 0.5, 100, -1000, 2e4};
  const double level = levels[random.Below(5)];
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    Values& values = other[operand.role];
    if (!operand.IsRowWise()) values = row[operand.role];
    if (operand.role == Role::dloss && row.parameters.reduction == Reduction::none) {
      for (double& value : values) value *= -0.5;
    }
    if (operand.dims != "m,n" || Info(operand.role).element != Element::number) continue;
    for (double& value : values) {
      if (std::isfinite(value)) {
        value = std::clamp(RoundToFormat(row.format, value + level), -Largest(row.format), Largest(row.format));
      }
    }
    if (random.OneIn(4)) values[random.Below(values.size())] = kNaN;
  }
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
    return Broken(fmt::format("wrote to {}, which belongs to no row, {}", *results.written_elsewhere, what));
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

// Some of the places, one at least: a row that is everywhere would hide results that are another row's.
std::vector<std::size_t> SomeOf(std::initializer_list<std::size_t> places, Random& random) {
  const std::size_t kept = places.begin()[random.Below(places.size())];
  std::vector<std::size_t> some;
  for (const std::size_t place : places) {
    if (place == kept || random.OneIn(2)) some.push_back(place);
  }
  return some;
}

// `count` rows, the row itself at the places `which`.
std::vector<Row> Surround(const Case& row, std::size_t count, const std::vector<std::size_t>& which, Random& random) {
  std::vector<Row> rows;
  for (std::size_t r = 0; r < count; ++r) {
    const bool own = std::find(which.begin(), which.end(), r) != which.end();
    rows.push_back(own ? row.row() : Neighbour(row.row(), random));
  }
  return rows;
}

}  // namespace

Outcome Alignment(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("alignment"));
  Setup setup{.layout = DenseRows(row.row())};
  std::string offsets;
  for (const PlacedOperand& operand : OperandsOf(row.row(), setup.layout)) {
    std::size_t& offset = setup.offset[static_cast<std::size_t>(operand.role)];
    offset = random.Below(64 / BytesOf(kernel, operand.role));
    offsets += fmt::format("{}{} {}", offsets.empty() ? "" : ", ", Name(operand.role), offset);
  }
  return CheckRows(kernel, row, Call(kernel, {&row.row(), 1}, setup), {0}, false,
                   fmt::format("with {} elements past a 64-byte boundary", offsets));
}

Outcome BatchIndependence(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsRowWise(row.row())) return Vacuous();
  Random random(salt, HashOf("batch_independence"));
  const std::size_t count = 3 + random.Below(3);
  const std::vector<std::size_t> which = SomeOf({0, count / 2, count - 1}, random);
  const auto rows = Surround(row, count, which, random);
  const Results results = Call(kernel, rows, {.layout = DenseRows(row.row(), count)});
  return CheckRows(kernel, row, results, which, false, fmt::format("among {} rows", count));
}

Outcome Strides(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("strides"));
  const bool alone = !IsRowWise(row.row());
  const std::vector<std::size_t> which = alone ? std::vector<std::size_t>{0} : SomeOf({0, 2}, random);
  const auto rows = Surround(row, alone ? 1 : 3, which, random);
  Layout layout = DenseRows(row.row(), rows.size());
  layout.ldx += random.Below(20);
  layout.ldy += 1 + random.Below(20);
  return CheckRows(kernel, row, Call(kernel, rows, {.layout = layout}), which, true,
                   fmt::format("with row strides {} and {} for {} columns", layout.ldx, layout.ldy, layout.axis));
}

Outcome Axis(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsRowWise(row.row()) || row.row().m != 1) return Vacuous();
  Random random(salt, HashOf("axis"));
  const std::size_t n = row.row().GetShape().n;
  const std::size_t inner = 2 + random.Below(n > 300 ? 2 : 40);
  const std::vector<std::size_t> which = SomeOf({0, inner - 1, inner, 2 * inner - 1}, random);
  const auto rows = Surround(row, 2 * inner, which, random);
  return CheckRows(kernel, row, Call(kernel, rows, {.layout = Layout::Axis(2, n, inner)}), which, true,
                   fmt::format("along the middle axis of [2, {}, {}]", n, inner));
}

Outcome InPlace(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!HasPlaceForResults(row.row())) return Vacuous();
  Random random(salt, HashOf("in_place"));
  const bool alone = !IsRowWise(row.row());
  const std::vector<std::size_t> which = {alone ? 0u : 1u};
  const auto rows = Surround(row, alone ? 1 : 3, which, random);
  const Setup setup{.layout = DenseRows(row.row(), rows.size()), .in_place = true};
  return CheckRows(kernel, row, Call(kernel, rows, setup), which, false, "in place");
}

Outcome Determinism(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("determinism"));
  CallMemory memory(kernel, row.row(), {.layout = DenseRows(row.row())});
  const auto run = [&](const Row& contents, double poison) {
    memory.Write({&contents, 1}, poison);
    const Status status = memory.Run();
    if (status != Status::ok) {
      throw Refused(fmt::format("returned status {} for valid arguments", static_cast<int>(status)));
    }
    return memory.ResultsOf(0);
  };
  // The same pointers with other operands in between: what is remembered from one call must not reach the next.
  const Case other(Neighbour(row.row(), random));
  const Values first = run(row.row(), kNaN);
  const Values between = run(other.row(), 0.25);
  const Values second = run(row.row(), 0.5);
  const Values third = run(row.row(), -1);
  Outcome outcome = CheckSame(kernel, row, first, second, true, "in a second call");
  if (outcome.kind != Outcome::Kind::held) return outcome;
  outcome = CheckSame(kernel, row, first, third, true, "in a third call");
  if (outcome.kind != Outcome::Kind::held) return outcome;
  outcome = CheckSame(kernel, other, CallOne(kernel, other.row()), between, kernel.contract.layout_independent,
                      "where the same memory held another row before");
  return outcome.kind == Outcome::Kind::broken ? outcome : Held();
}

}  // namespace softmax_verify::checks
