#include "property_tests/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "verify/ulp.h"

namespace softmax_verify {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kAlignment = 64;

constexpr std::size_t kBehind = 16;  // elements behind an output that belong to no row

// [before, n, after]: how the columns of an operand lie in its flat values. No columns: before = 0.
struct Columns {
  std::size_t before = 0;
  std::size_t after = 1;
};
Columns ColumnsOf(const Operand& operand, const Row& row) {
  const std::size_t at = operand.dims.find('n');
  if (at == operand.dims.npos) return {};
  return {at > 0 ? row.m : 1, operand.dims.ends_with('d') ? row.d : 1};
}

bool IsNumber(Role role) {
  const Element element = Info(role).element;
  return element == Element::number || element == Element::statistic;
}

// The first operand [m, n] of numbers in the format, among the inputs that the row has or among the outputs.
std::optional<Role> FirstSlice(const Row& row, bool output) {
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output != output || operand.dims != "m,n" || Info(operand.role).element != Element::number) continue;
    if (output ? !operand.optional || row.outputs.Has(operand.role) : row.Has(operand.role)) return operand.role;
  }
  return std::nullopt;
}

}  // namespace

Outcome Held() { return {Outcome::Kind::held, std::nullopt}; }
Outcome Vacuous() { return {Outcome::Kind::vacuous, std::nullopt}; }
Outcome Broken(std::string what, std::size_t element) {
  return Broken(std::move(what), element, kNaN, kNaN, kNaN, kNaN);
}
Outcome Broken(std::string what, std::size_t element, double got, double exact, double error, double bound) {
  return {Outcome::Kind::broken, Violation{std::move(what), element, got, exact, error, bound}};
}

bool IsFinite(const Row& row) {
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !IsNumber(operand.role)) continue;
    const Values& values = row[operand.role];
    if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) return false;
  }
  return true;
}

bool IsOrdinary(std::span<const double> x) {
  return std::any_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); }) &&
         std::all_of(x.begin(), x.end(), [](double v) { return v < std::numeric_limits<double>::infinity(); });
}

std::size_t ArgMax(std::span<const double> x) {
  return static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
}

long double ScaledLogit(const Row& row, std::size_t i) {
  return static_cast<long double>(row.x[i]) * row.parameters.scale / row.parameters.temperature;
}

long double Distance(const Row& row, std::size_t i, std::size_t j) {
  return (static_cast<long double>(row.x[i]) - row.x[j]) * row.parameters.scale / row.parameters.temperature;
}

Values FiniteLogits(const Row& row) {
  Values x = row.x;
  for (double& value : x) {
    if (!std::isfinite(value)) value = 0;
  }
  return x;
}

Row WithColumns(const Row& row, std::span<const std::size_t> from) {
  const std::size_t n = row.GetShape().n;
  Row changed = row;
  for (const Operand& operand : Info(row.operation).operands) {
    const auto [before, after] = ColumnsOf(operand, row);
    if (operand.output || before == 0 || !row.Has(operand.role)) continue;
    const Values& old = row[operand.role];
    Values values;
    values.reserve(before * from.size() * after);
    for (std::size_t o = 0; o < before; ++o) {
      for (const std::size_t j : from) {
        for (std::size_t i = 0; i < after; ++i) values.push_back(old[(o * n + j) * after + i]);
      }
    }
    changed[operand.role] = std::move(values);
  }
  const auto moved = [&](double index) {
    if (!(index >= 0 && index < static_cast<double>(n))) return index;
    const auto found = std::find(from.begin(), from.end(), static_cast<std::size_t>(index));
    return found == from.end() ? 0.0 : static_cast<double>(found - from.begin());
  };
  if (row.Has(Role::targets)) {
    for (double& target : changed[Role::targets]) target = moved(target);
    changed.parameters.ignore_index =
        static_cast<std::int64_t>(moved(static_cast<double>(row.parameters.ignore_index)));
  }
  return changed;
}

Row WithLogits(const Row& row, Values x) {
  const std::size_t n = row.GetShape().n;
  const std::size_t wanted = x.size() / row.m;
  Row changed = row;
  if (wanted != n) {
    std::vector<std::size_t> from(wanted);
    for (std::size_t j = 0; j < wanted; ++j) from[j] = j % n;
    changed = WithColumns(row, from);
  }
  changed.x = std::move(x);
  return changed;
}

std::optional<ExactShift> ShiftExactly(Format format, const Values& values, Random& random) {
  const FormatInfo& info = Info(format);
  double magnitude = SmallestNormal(format);
  for (const double value : values) {
    if (std::isfinite(value)) magnitude = std::max(magnitude, std::abs(value));
  }
  // Sums of up to 2^(e + 2) are still representable.
  const int headroom = static_cast<int>(random.Below(static_cast<std::uint64_t>(info.p - 3)));
  const int e = std::ilogb(magnitude) + 1 + headroom;
  const int quantum_exponent = e + 3 - info.p;
  if (e + 2 > info.emax || quantum_exponent < info.emin - info.p + 1) return std::nullopt;
  ExactShift shift{values, {}, std::ldexp(1.0, quantum_exponent), 0};
  const double steps = std::round(random.Uniform(0.25, 1) * std::ldexp(1.0, e - quantum_exponent));
  shift.by = (random.OneIn(2) ? -shift.quantum : shift.quantum) * steps;
  for (double& value : shift.from) {
    if (std::isfinite(value)) value = std::nearbyint(value / shift.quantum) * shift.quantum + 0.0;
  }
  shift.to = shift.from;
  for (double& value : shift.to) value += shift.by;
  return shift;
}

Row RepeatRows(const Row& row, std::size_t m) {
  Row repeated = row;
  for (const Operand& operand : Info(row.operation).operands) {
    const bool of_rows = operand.IsRowWise() || (operand.dims == "r" && row.parameters.reduction == Reduction::none);
    if (operand.output || !of_rows || !row.Has(operand.role)) continue;
    const Values& values = row[operand.role];
    Values& all = repeated[operand.role];
    all.resize(values.size() / row.m * m);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = values[i % values.size()];
  }
  repeated.m = m;
  return repeated;
}

std::vector<std::size_t> PlacesOfResults(const Row& row, std::span<const std::size_t> place) {
  const std::size_t n = row.GetShape().n;
  std::vector<std::size_t> places;
  for (const Part& part : PartsOf(row)) {
    const Operand& operand = *Info(row.operation).operands.Find(part.role);
    const auto [before, after] = ColumnsOf(operand, row);
    for (std::size_t e = 0; e < part.count; ++e) {
      std::size_t at = e;
      if (operand.dims == "m,n,n") {
        at = (e / (n * n) * n + place[e / n % n]) * n + place[e % n];
      } else if (before > 0) {
        at = (e / (n * after) * n + place[e / after % n]) * after + e % after;
      }
      places.push_back(part.begin + at);
    }
  }
  return places;
}

std::string NameOfResult(const Row& row, std::size_t e) {
  for (const Part& part : PartsOf(row)) {
    if (e < part.begin + part.count) return fmt::format("{}[{}]", Name(part.role), e - part.begin);
  }
  return fmt::format("result {}", e);
}

Buffer::Buffer(const Signature& signature, Role role, std::size_t elements, std::size_t offset)
    : signature_(signature),
      role_(role),
      memory_(static_cast<unsigned char*>(
          ::operator new ((elements + offset) * BytesOf(signature, role) + 1, std::align_val_t{kAlignment}))),
      start_(memory_.get() + offset * BytesOf(signature, role)),
      elements_(elements) {
  const Element element = Info(role).element;
  const double poison = element == Element::byte ? 1 : element == Element::index ? -1 : kNaN;
  for (std::size_t i = 0; i < elements_; ++i) Set(i, poison);
}
void Buffer::Free::operator()(unsigned char* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }

Status Run(const Kernel& kernel, const Operands& operands, const Layout& layout, const Parameters& parameters,
           bool* changed) {
  const FpControl before = FpControl::Read();
  const Status status = kernel.run(operands, layout, parameters);
  if (changed != nullptr) *changed = FpControl::Read() != before;
  before.Write();
  return status;
}

std::vector<PlacedOperand> OperandsOf(const Row& row, const Layout& layout) {
  std::vector<PlacedOperand> placed;
  for (const Operand& operand : Info(row.operation).operands) {
    const bool there = operand.output ? !operand.optional || row.outputs.Has(operand.role) : row.Has(operand.role);
    if (!there) continue;
    placed.push_back({operand.role, operand.output, PlaceOf(operand, layout, row.parameters.reduction)});
  }
  return placed;
}

bool TakesAnyLayout(Operation operation) {
  const OperandList& operands = Info(operation).operands;
  return std::all_of(operands.begin(), operands.end(), [](const Operand& operand) {
    return operand.dims == "m,n" || operand.dims.find(',') == operand.dims.npos;
  });
}

bool HasPlaceForResults(const Row& row) { return FirstSlice(row, false) && FirstSlice(row, true); }

Layout DenseRows(const Row& row, std::size_t count) { return Layout::Rows(count * row.m, row.GetShape().n, row.d); }

CallMemory::CallMemory(const Kernel& kernel, const Row& like, const Setup& setup)
    : kernel_(kernel),
      setup_(setup),
      parameters_(like.parameters),
      rows_in_one_(like.m),
      operands_(OperandsOf(like, setup.layout)),
      parts_(PartsOf(like)) {
  if (setup.in_place) memory_of_.emplace(FirstSlice(like, true).value(), FirstSlice(like, false).value());
  for (const PlacedOperand& operand : operands_) {
    if (memory_of_.contains(operand.role)) continue;
    buffers_.emplace(operand.role, Buffer(kernel, operand.role, operand.place.elements + kBehind,
                                          setup.offset[static_cast<std::size_t>(operand.role)]));
  }
}

const Buffer& CallMemory::BufferOf(Role role) const {
  const auto shared = memory_of_.find(role);
  return buffers_.at(shared == memory_of_.end() ? role : shared->second);
}
Buffer& CallMemory::BufferOf(Role role) { return const_cast<Buffer&>(std::as_const(*this).BufferOf(role)); }

void CallMemory::Write(std::span<const Row> rows, double poison) {
  for (const PlacedOperand& operand : operands_) {
    if (memory_of_.contains(operand.role)) continue;
    Buffer& buffer = BufferOf(operand.role);
    for (std::size_t r = 0; r < (operand.place.shared ? 1 : rows.size() * rows_in_one_); ++r) {
      const std::size_t in_row = r % rows_in_one_ * operand.place.each;
      for (std::size_t e = 0; e < operand.place.each; ++e) {
        const double value = operand.output ? poison : rows[r / rows_in_one_][operand.role][in_row + e];
        buffer.Set(operand.place.Index(r, e), value);
      }
    }
  }
}

Status CallMemory::Run(bool* changed) {
  Operands operands;
  for (const PlacedOperand& operand : operands_) operands.Set(operand.role, BufferOf(operand.role).data());
  return softmax_verify::Run(kernel_, operands, setup_.layout, parameters_, changed);
}

Values CallMemory::ResultsOf(std::size_t row) const {
  Values results;
  for (const PlacedOperand& operand : operands_) {
    if (!operand.output) continue;
    const Buffer& buffer = BufferOf(operand.role);
    const std::size_t first = operand.place.shared ? 0 : row * rows_in_one_;
    for (std::size_t r = first; r < first + (operand.place.shared ? 1 : rows_in_one_); ++r) {
      for (std::size_t e = 0; e < operand.place.each; ++e) results.push_back(buffer.Get(operand.place.Index(r, e)));
    }
  }
  return results;
}

std::optional<std::string> CallMemory::WrittenElsewhere() const {
  for (const PlacedOperand& operand : operands_) {
    if (!operand.output) continue;
    const Buffer& buffer = BufferOf(operand.role);
    std::vector<bool> owned(buffer.size(), false);
    const std::size_t rows = setup_.layout.outer * setup_.layout.inner;
    for (std::size_t r = 0; r < (operand.place.shared ? 1 : rows); ++r) {
      for (std::size_t e = 0; e < operand.place.each; ++e) owned[operand.place.Index(r, e)] = true;
    }
    for (std::size_t i = 0; i < buffer.size(); ++i) {
      if (!owned[i] && !std::isnan(buffer.Get(i))) return fmt::format("element {} of {}", i, Name(operand.role));
    }
  }
  return std::nullopt;
}

Results Call(const Kernel& kernel, std::span<const Row> rows, const Setup& setup) {
  CallMemory memory(kernel, rows.front(), setup);
  memory.Write(rows, kNaN);
  Results results;
  results.status = memory.Run();
  for (std::size_t r = 0; r < rows.size(); ++r) results.rows.push_back(memory.ResultsOf(r));
  results.written_elsewhere = memory.WrittenElsewhere();
  return results;
}

Values CallOne(const Kernel& kernel, const Row& row) {
  Results results = Call(kernel, {&row, 1}, {.layout = DenseRows(row)});
  if (results.status != Status::ok) {
    throw Refused(fmt::format("returned status {} for valid arguments", static_cast<int>(results.status)));
  }
  return std::move(results.rows[0]);
}

bool SameBits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool ScalesSafely(const Kernel& kernel, const Row& row) {
  if (!kernel.claim.scaled_before_shift || !row.parameters.Scales()) return true;
  const double scale = row.parameters.scale;
  const double temperature = row.parameters.temperature;
  const Format compute = kernel.claim.compute;
  const long double factor = static_cast<long double>(scale) / temperature;
  const auto fits = [&](long double value) { return std::abs(value) <= Largest(compute); };
  if (!fits(factor) || factor < SmallestNormal(compute)) return false;
  const Values& bias = row[Role::bias];
  for (std::size_t i = 0; i < row.x.size(); ++i) {
    const auto x = static_cast<long double>(row.x[i]);
    if (!std::isfinite(row.x[i])) continue;
    if (!fits(x * scale) || !fits(x / temperature) || !fits(x * factor)) return false;
    if (!bias.empty() && std::isfinite(bias[i]) && !fits(x * factor + bias[i])) return false;
  }
  return true;
}

RowBound Promised(const Kernel& kernel, const Case& row) {
  return ScalesSafely(kernel, row.row()) ? ProvedBound(kernel, row) : RowBound();
}

long double BoundOf(const RowBound& bound, std::size_t e) {
  return std::ldexp(static_cast<long double>(bound.ulp[e]), static_cast<int>(bound.unit[e])) * kEvaluation;
}

long double AsNumber(Format format, long double value) {
  const long double beyond = std::ldexp(1.0L, Info(format).emax + 1);
  return std::abs(value) > beyond ? std::copysign(beyond, value) : value;
}

Outcome CheckValue(const Row& row, std::size_t e, double got, long double value, long double allowed,
                   const std::string& what) {
  Format format{};
  for (const Part& part : PartsOf(row)) {
    if (e >= part.begin) format = part.format;
  }
  const long double error = std::abs(AsNumber(format, got) - AsNumber(format, value));
  if (error <= allowed || std::isinf(allowed)) return Held();
  const auto rounded = [](long double number) { return static_cast<double>(number); };
  return Broken(fmt::format("{}: got {:a}, {} demands {:.17g} within {:.3g}", NameOfResult(row, e), got, what,
                            rounded(value), rounded(allowed)),
                e, got, rounded(value), rounded(error), rounded(allowed));
}

Outcome CheckAccuracy(const Kernel& kernel, const Case& row, const Values& results) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const std::vector<Format> formats = ResultFormats(row.row());
  Outcome worst = Held();
  double excess = 1;
  for (std::size_t e = 0; e < results.size(); ++e) {
    const reference::Enclosure& exact = row.exact()[e];
    const double error = MeasureUlp(formats[e], results[e], exact, bound.unit[e]).low;
    if (error <= bound.ulp[e] * excess * kEvaluation) continue;
    excess = bound.ulp[e] > 0 ? error / bound.ulp[e] : std::numeric_limits<double>::infinity();
    worst = Broken(fmt::format("{}: got {:a}, exact {:a}: {:.4g} ulp, proved {:.4g}", NameOfResult(row.row(), e),
                               results[e], exact.Approximate(), error, bound.ulp[e]),
                   e, results[e], exact.Approximate(), error, bound.ulp[e]);
    if (!std::isfinite(excess)) break;
  }
  return worst;
}

Outcome CheckWithinBoth(const Row& row, const Values& a, const RowBound& bound_a, const Values& b,
                        const RowBound& bound_b, const std::string& what) {
  if (!bound_a.claimed || !bound_b.claimed) return Vacuous();
  const std::vector<Format> formats = ResultFormats(row);
  for (std::size_t e = 0; e < a.size(); ++e) {
    if (SameBits(a[e], b[e])) continue;
    // In units of a.
    const auto in_units = [&](long double value, long unit) {
      return std::ldexp(value, static_cast<int>(unit - bound_a.unit[e]));
    };
    const long double error = in_units(std::abs(AsNumber(formats[e], a[e]) - AsNumber(formats[e], b[e])), 0);
    const long double bound = (bound_a.ulp[e] + in_units(bound_b.ulp[e], bound_b.unit[e])) * kEvaluation;
    if (error <= bound || std::isinf(bound)) continue;
    return Broken(fmt::format("{}: {:a} {}, {:a} before: {:.4g} ulp apart, proved {:.4g}", NameOfResult(row, e), b[e],
                              what, a[e], static_cast<double>(error), static_cast<double>(bound)),
                  e, b[e], a[e], static_cast<double>(error), static_cast<double>(bound));
  }
  return Held();
}

Outcome CheckSame(const Kernel& kernel, const Case& row, const Values& expected, const Values& got, bool promised_bits,
                  const std::string& what) {
  if (!promised_bits) {
    const RowBound bound = Promised(kernel, row);
    return CheckWithinBoth(row.row(), expected, bound, got, bound, what);
  }
  for (std::size_t e = 0; e < expected.size(); ++e) {
    if (SameBits(expected[e], got[e])) continue;
    return Broken(fmt::format("{}: {:a} {}, {:a} otherwise; the same bits are promised", NameOfResult(row.row(), e),
                              got[e], what, expected[e]),
                  e, got[e], expected[e], std::abs(got[e] - expected[e]), 0);
  }
  return Held();
}

std::vector<bool> NormalTerms(const Kernel& kernel, const Row& row) {
  const long double least = std::log(2 * SmallestNormal(kernel.claim.compute));
  const std::size_t top = ArgMax(row.x);
  std::vector<bool> normal(row.x.size());
  for (std::size_t i = 0; i < normal.size(); ++i) {
    const auto x = static_cast<long double>(row.x[i]);
    normal[i] =
        (kernel.claim.shifted ? Distance(row, i, top) : x * row.parameters.scale / row.parameters.temperature) > least;
  }
  return normal;
}

std::vector<double> OddsBound(const Kernel& kernel, const Row& row) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const double narrowing = StorageRoundoff(kernel, kernel.format);
  // Neither overflows nor vanishes for any two doubles.
  const long double factor = static_cast<long double>(row.parameters.scale) / row.parameters.temperature;
  const double scale_error = row.parameters.Scales() ? claim.scale_error : 0;
  const std::size_t top = ArgMax(row.x);
  std::vector<double> omega(row.x.size());
  for (std::size_t i = 0; i < omega.size(); ++i) {
    const auto d = static_cast<double>(-Distance(row, i, top));
    const auto z = static_cast<double>(std::abs(row.x[i]) * factor);
    // Scaling first errs by up to scale_error u |z| in each logit, which the shift's own rounding then sees.
    const double scaling = scale_error * (claim.scaled_before_shift || !claim.shifted ? z : d);
    const auto z_top = static_cast<double>(std::abs(row.x[top]) * factor);
    const double seen = claim.shifted ? d + u * (scaling + scale_error * z_top) : z;
    const double shift = claim.shift_error > 0 ? claim.shift_error * seen : 0;  // `seen` may be infinite
    omega[i] = u * (claim.exp_error + scaling + shift + claim.normalise_error) + narrowing;
  }
  return omega;
}

}  // namespace softmax_verify
