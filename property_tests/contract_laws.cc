#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/guarded.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSeconds = 10;  // a call on the rows of a law takes milliseconds

// x and y of one call between guards: the same layout as a caller would have it, not an element longer.
struct Guarded {
  Guarded(Format format, const Layout& layout, GuardedBuffer::Edge edge, std::size_t x_distance, std::size_t y_distance,
          unsigned char poison)
      : element(Info(format).bytes),
        x(Extent(layout, layout.ldx) * element, edge, x_distance * element),
        y(Extent(layout, layout.ldy) * element, edge, y_distance * element, poison),
        poison(poison) {}

  static std::size_t Extent(const Layout& layout, std::size_t stride) {
    return layout.outer == 0 || layout.axis * layout.inner == 0
               ? 0
               : (layout.outer - 1) * stride + layout.axis * layout.inner;
  }
  // Where a fault happened, in words.
  std::string Locate(std::uintptr_t address) const {
    for (const auto& [buffer, name] : {std::pair(&x, 'x'), std::pair(&y, 'y')}) {
      const auto offset = buffer->OffsetOf(address);
      if (!offset) continue;
      const auto size = static_cast<std::ptrdiff_t>(buffer->size());
      if (*offset >= 0 && *offset < size) {
        return fmt::format("writing to element {} of {}, which is read-only",
                           *offset / static_cast<std::ptrdiff_t>(element), name);
      }
      return *offset < 0 ? fmt::format("touching {} bytes in front of {}", -*offset, name)
                         : fmt::format("touching byte {} past the end of {}", *offset - size, name);
    }
    return "at an address outside x and y";
  }

  std::size_t element;
  GuardedBuffer x, y;
  unsigned char poison;
};

std::vector<unsigned char> Bytes(const std::string& text) { return {text.begin(), text.end()}; }

// The row everywhere in the layout, called once; what is wrong with the memory afterwards, or nothing.
std::string CallBetweenGuards(const Kernel& kernel, const Row& row, const Layout& layout, Guarded& memory,
                              Status* status) {
  for (std::size_t r = 0; r < layout.outer * layout.inner && memory.x.size() > 0; ++r) {
    for (std::size_t a = 0; a < layout.axis; ++a) {
      Store(kernel.format, memory.x.data(), IndexOf(layout, layout.ldx, r, a), row.x[a]);
    }
  }
  memory.x.MakeReadOnly();
  *status = kernel.run(memory.x.data(), memory.y.data(), layout, row.parameters);
  if (const auto stray = memory.y.StrayWrite())
    return fmt::format("wrote to byte {} of y, outside its {} bytes", *stray, memory.y.size());
  // Between rows nothing may change.
  const std::size_t width = layout.axis * layout.inner;
  const std::size_t elements = memory.y.size() / memory.element;
  for (std::size_t i = 0; i < elements; ++i) {
    if (i % layout.ldy < width) continue;
    const unsigned char* const first = memory.y.data() + i * memory.element;
    if (std::any_of(first, first + memory.element, [&](unsigned char byte) { return byte != memory.poison; })) {
      return fmt::format("wrote to element {} of y, in the gap between two rows", i);
    }
  }
  return "";
}

// The first element that holds the poison of both runs: it was not written in either.
std::optional<std::size_t> Unwritten(const Guarded& a, const Guarded& b, const Layout& layout) {
  const auto untouched = [&](const Guarded& memory, std::size_t i) {
    const unsigned char* const first = memory.y.data() + i * memory.element;
    return std::all_of(first, first + memory.element, [&](unsigned char byte) { return byte == memory.poison; });
  };
  for (std::size_t i = 0; i < a.y.size() / a.element; ++i) {
    if (i % layout.ldy < layout.axis * layout.inner && untouched(a, i) && untouched(b, i)) return i;
  }
  return std::nullopt;
}

Outcome CheckMemory(const Kernel& kernel, const Row& row, const Layout& layout, std::size_t x_distance,
                    std::size_t y_distance, bool optional_layout) {
  using Edge = GuardedBuffer::Edge;
  Guarded high(kernel.format, layout, Edge::high, x_distance, y_distance, 0xA5);
  Guarded low(kernel.format, layout, Edge::low, x_distance, y_distance, 0x5A);
  const ChildResult child = RunInChild(
      [&] {
        Status status;
        std::string finding = CallBetweenGuards(kernel, row, layout, high, &status);
        if (finding.empty()) finding = CallBetweenGuards(kernel, row, layout, low, &status);
        if (!finding.empty()) return Bytes(finding);
        if (status != Status::ok) {
          return Bytes(
              optional_layout ? "" : fmt::format("returned status {} for valid arguments", static_cast<int>(status)));
        }
        const auto i = Unwritten(high, low, layout);
        return Bytes(i ? fmt::format("did not write element {} of y", *i) : "");
      },
      kSeconds);
  const std::string where = fmt::format("[{}, {}, {}] with strides {} and {}", layout.outer, layout.axis, layout.inner,
                                        layout.ldx, layout.ldy);
  if (child.kind != ChildResult::Kind::returned) {
    std::string what = Describe(child, kSeconds);
    if (child.fault_address) {
      const bool in_high = high.x.OffsetOf(*child.fault_address) || high.y.OffsetOf(*child.fault_address);
      what += ", " + (in_high ? high : low).Locate(*child.fault_address);
    }
    return Broken(what + ": " + where);
  }
  if (!child.bytes.empty()) return Broken(std::string(child.bytes.begin(), child.bytes.end()) + ": " + where);
  return Held();
}

// What a row with +inf may give: NaN, or its limit, the mass shared among the infinities.
bool MeetsPosInf(const Kernel& kernel, double y, double logit, std::size_t infinities, std::size_t n) {
  using PosInf = Contract::PosInf;
  const PosInf contract = kernel.contract.pos_inf;
  if (std::isnan(y)) return contract != PosInf::one_hot;
  if (contract == PosInf::nan) return false;
  if (logit != kInfinity) return y == 0;
  const Claim& claim = kernel.claim;
  const double share = 1 / static_cast<double>(infinities);
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double log_error = (height + 2 * claim.exp_error + claim.normalise_error) * UnitRoundoff(claim.compute) +
                           UnitRoundoff(kernel.format);
  return std::abs(y - share) <= share * std::expm1(log_error) * kEvaluation + SmallestNormal(kernel.format);
}

}  // namespace

Outcome NanPropagates(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() == 0) return Vacuous();
  Random random(salt, HashOf("nan_propagates"));
  const std::size_t n = row.size();
  Values clean = row.row().x;
  for (double& value : clean) {
    if (std::isnan(value)) value = 0;
  }
  std::vector<std::size_t> positions = {0, n - 1, n > 1 ? n - 2 : 0};
  while (positions.size() < 6) positions.push_back(random.Below(n));
  // Every other row holds a NaN.
  std::vector<Values> rows;
  for (const std::size_t position : positions) {
    rows.push_back(clean);
    rows.push_back(clean);
    rows.back()[position] = random.OneIn(2) ? kNaN : -kNaN;
  }
  rows.push_back(clean);
  const Results results = Call(kernel, rows, row.row().parameters, {.layout = Layout::Rows(rows.size(), n)});
  if (results.status != Status::ok) throw Refused("returned a status other than 0 for a row with NaN");
  const Case clean_case(WithLogits(row.row(), clean));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Values& y = results.rows[r];
    if (r % 2 == 1) {
      for (std::size_t i = 0; i < n; ++i) {
        if (!std::isnan(y[i])) {
          return Broken(fmt::format("element {}: {:a}, though element {} of the row is NaN", i, y[i], positions[r / 2]),
                        i, y[i], kNaN, kNaN, kNaN);
        }
      }
    } else if (IsOrdinary(clean) && Promised(kernel, clean_case).claimed) {
      for (std::size_t i = 0; i < n; ++i) {
        if (std::isnan(y[i])) return Broken(fmt::format("element {}: NaN, which only other rows hold", i), i);
      }
    }
  }
  return Held();
}

Outcome PosInfRows(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() == 0) return Vacuous();
  Random random(salt, HashOf("pos_inf_rows"));
  Row special = WithLogits(row.row(), FiniteLogits(row.row()));
  if (random.OneIn(3)) special.x[random.Below(special.x.size())] = -kInfinity;
  for (std::uint64_t count = 1 + random.Below(3); count > 0; --count)
    special.x[random.Below(special.x.size())] = kInfinity;
  const auto infinities = static_cast<std::size_t>(std::count(special.x.begin(), special.x.end(), kInfinity));
  const Values y = CallOne(kernel, special);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (MeetsPosInf(kernel, y[i], special.x[i], infinities, y.size())) continue;
    return Broken(fmt::format("element {}: {:a} in a row with {} of +inf", i, y[i], infinities), i, y[i],
                  special.x[i] == kInfinity ? 1 / static_cast<double>(infinities) : 0, kNaN, kNaN);
  }
  return Held();
}

Outcome AllNegInfRows(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (row.size() == 0) return Vacuous();
  using AllNegInf = Contract::AllNegInf;
  const Values y = CallOne(kernel, WithLogits(row.row(), Values(row.size(), -kInfinity)));
  for (std::size_t i = 0; i < y.size(); ++i) {
    const bool meets = std::isnan(y[i]) ? kernel.contract.all_neg_inf != AllNegInf::zero
                                        : y[i] == 0 && kernel.contract.all_neg_inf != AllNegInf::nan;
    if (!meets)
      return Broken(fmt::format("element {}: {:a} in a row of {} times -inf", i, y[i], y.size()), i, y[i], kNaN, kNaN,
                    kNaN);
  }
  return Held();
}

Outcome MemoryContract(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() == 0) return Vacuous();
  Random random(salt, HashOf("memory_contract"));
  const std::size_t n = row.size();
  const std::size_t elements = 64 / Info(kernel.format).bytes;
  const std::size_t x_distance = random.OneIn(2) ? 0 : random.Below(elements);
  const std::size_t y_distance = random.OneIn(2) ? 0 : random.Below(elements);
  switch (random.Below(4)) {
    case 0: {
      Layout strided = Layout::Rows(3, n);
      strided.ldx += random.Below(20);
      strided.ldy += random.Below(20);
      return CheckMemory(kernel, row.row(), strided, x_distance, y_distance, true);
    }
    case 1:
      return CheckMemory(kernel, row.row(), Layout::Axis(2, n, 2 + random.Below(n > 300 ? 2 : 20)), x_distance,
                         y_distance, true);
    case 2: {
      // Nothing to read and nothing to write.
      const Layout empty[] = {Layout::Rows(0, n), Layout::Rows(3, 0), Layout::Rows(0, 0)};
      return CheckMemory(kernel, row.row(), empty[random.Below(3)], 0, 0, true);
    }
    default:
      return CheckMemory(kernel, row.row(), Layout::Rows(1 + random.Below(3), n), x_distance, y_distance, false);
  }
}

Outcome FpEnvironment(const Kernel& kernel, const Case& row, std::uint64_t) {
  Buffer x(kernel.format, row.size());
  Buffer y(kernel.format, row.size());
  for (std::size_t i = 0; i < row.size(); ++i) x.Set(i, row.row().x[i]);
  bool changed = false;
  Run(kernel, x.data(), y.data(), Layout::Rows(1, row.size()), row.row().parameters, &changed);
  return changed ? Broken("left the rounding mode, the flushing of subnormals or the exception masks changed") : Held();
}

Outcome InvalidParameters(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() == 0) return Vacuous();
  Random random(salt, HashOf("invalid_parameters"));
  const double invalid[] = {0.0, -0.0, -1.0, kNaN, kInfinity, -kInfinity};
  Parameters parameters;
  (random.OneIn(2) ? parameters.scale : parameters.temperature) = invalid[random.Below(6)];
  const Values rows[] = {row.row().x};
  const Results results = Call(kernel, rows, parameters, {.layout = Layout::Rows(1, row.size())});
  if (results.status != Status::invalid_argument) {
    return Broken(fmt::format("returned status {} for scale {:a} and temperature {:a}, not {}",
                              static_cast<int>(results.status), parameters.scale, parameters.temperature,
                              static_cast<int>(Status::invalid_argument)));
  }
  for (std::size_t i = 0; i < results.rows[0].size(); ++i) {
    if (!std::isnan(results.rows[0][i]))
      return Broken(fmt::format("wrote element {} though it refused the call", i), i);
  }
  return Held();
}

}  // namespace softmax_verify::checks
