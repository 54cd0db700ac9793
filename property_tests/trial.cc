#include "property_tests/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <memory>

#include "verify/ulp.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace softmax_verify {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kAlignment = 64;

// x * scale and x / temperature stay finite, in whatever order they are taken.
bool ScalesSafely(const Row& row, Format compute) {
  const double scale = row.parameters.scale;
  const double temperature = row.parameters.temperature;
  const long double factor = static_cast<long double>(scale) / temperature;
  const auto fits = [&](long double value) { return std::abs(value) <= Largest(compute); };
  if (!fits(factor) || factor < SmallestNormal(compute)) return false;
  return std::all_of(row.x.begin(), row.x.end(), [&](double value) {
    const auto x = static_cast<long double>(value);
    return !std::isfinite(value) || (fits(x * scale) && fits(x / temperature) && fits(x * factor));
  });
}

}  // namespace

Buffer::Buffer(Format format, std::size_t elements, std::size_t offset)
    : format_(format),
      memory_(static_cast<unsigned char*>(
          ::operator new ((elements + offset) * Info(format).bytes + 1, std::align_val_t{kAlignment}))),
      start_(memory_.get() + offset * Info(format).bytes),
      elements_(elements) {
  Fill(kNaN);
}
void Buffer::Free::operator()(unsigned char* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }
void Buffer::Fill(double value) {
  for (std::size_t i = 0; i < elements_; ++i) Set(i, value);
}

std::size_t IndexOf(const Layout& layout, std::size_t stride, std::size_t r, std::size_t a) {
  return r / layout.inner * stride + a * layout.inner + r % layout.inner;
}

Outcome Held() { return {Outcome::Kind::held, std::nullopt}; }
Outcome Vacuous() { return {Outcome::Kind::vacuous, std::nullopt}; }
Outcome Broken(std::string what, std::size_t element) {
  return Broken(std::move(what), element, kNaN, kNaN, kNaN, kNaN);
}
Outcome Broken(std::string what, std::size_t element, double got, double exact, double error, double bound) {
  return {Outcome::Kind::broken, Violation{std::move(what), element, got, exact, error, bound}};
}

bool IsFinite(std::span<const double> x) {
  return std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
}

bool IsOrdinary(std::span<const double> x) {
  return std::any_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); }) &&
         std::all_of(x.begin(), x.end(), [](double v) { return v < std::numeric_limits<double>::infinity(); });
}

std::size_t ArgMax(std::span<const double> x) {
  return static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
}

Row WithLogits(const Row& row, Values x) {
  Row changed = row;
  changed.x = std::move(x);
  return changed;
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

FpControl FpControl::Read() {
#if defined(__x86_64__)
  std::uint16_t x87;
  asm volatile("fnstcw %0" : "=m"(x87));
  return {std::uint64_t{_mm_getcsr() & ~0x3Fu} << 16 | x87};
#elif defined(__aarch64__)
  std::uint64_t fpcr;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  return {fpcr};
#else
  return {static_cast<std::uint64_t>(std::fegetround())};
#endif
}

void FpControl::Write() const {
#if defined(__x86_64__)
  const auto x87 = static_cast<std::uint16_t>(bits);
  asm volatile("fldcw %0" : : "m"(x87));
  _mm_setcsr(static_cast<unsigned>(bits >> 16));
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" : : "r"(bits));
#else
  std::fesetround(static_cast<int>(bits));
#endif
}

Status Run(const Kernel& kernel, const void* x, void* y, const Layout& layout, const Parameters& parameters,
           bool* changed) {
  const FpControl before = FpControl::Read();
  const Status status = kernel.run(x, y, layout, parameters);
  if (changed != nullptr) *changed = FpControl::Read() != before;
  before.Write();
  return status;
}

Results Call(const Kernel& kernel, std::span<const Values> rows, const Parameters& parameters, const Setup& setup) {
  const Layout& layout = setup.layout;
  Buffer x(kernel.format, layout.outer * layout.ldx, setup.x_offset);
  Buffer y(kernel.format, setup.in_place ? 0 : layout.outer * layout.ldy, setup.y_offset);
  Buffer& out = setup.in_place ? x : y;
  std::vector<bool> owned(out.size(), false);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t a = 0; a < layout.axis; ++a) {
      x.Set(IndexOf(layout, layout.ldx, r, a), rows[r][a]);
      owned[IndexOf(layout, layout.ldy, r, a)] = true;
    }
  }

  Results results;
  results.status = Run(kernel, x.data(), out.data(), layout, parameters);
  results.rows.assign(rows.size(), Values(layout.axis));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t a = 0; a < layout.axis; ++a) results.rows[r][a] = out.Get(IndexOf(layout, layout.ldy, r, a));
  }
  for (std::size_t i = 0; i < out.size() && !results.written_elsewhere; ++i) {
    if (!owned[i] && !std::isnan(out.Get(i))) results.written_elsewhere = i;
  }
  return results;
}

Values CallOne(const Kernel& kernel, const Row& row) {
  const Values rows[] = {row.x};
  Results results = Call(kernel, rows, row.parameters, {.layout = Layout::Rows(1, row.x.size())});
  if (results.status != Status::ok) {
    throw Refused(fmt::format("returned status {} for valid arguments", static_cast<int>(results.status)));
  }
  return std::move(results.rows[0]);
}

bool SameBits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

double Unit(Format format, const reference::Enclosure& exact) {
  if (exact.kind != reference::Enclosure::Kind::finite) return SmallestSubnormal(format);
  return std::ldexp(1.0, static_cast<int>(UlpExponent(format, exact.exponent)));
}

RowBound Promised(const Kernel& kernel, const Case& row) {
  if (!IsOrdinary(row.row().x)) return {};
  if (kernel.claim.scaled_before_shift && row.row().parameters != Parameters{} &&
      !ScalesSafely(row.row(), kernel.claim.compute)) {
    return {};
  }
  return ProvedBound(kernel, row);
}

Outcome CheckAccuracy(const Kernel& kernel, const Case& row, const Values& y) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  Outcome worst = Held();
  double excess = 1;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const reference::Enclosure& exact = row.exact()[i];
    if (exact.kind != reference::Enclosure::Kind::finite) continue;  // a masked entry: Law neg_inf_is_zero
    const double error = MeasureUlp(kernel.format, y[i], exact).low;
    if (error <= bound.ulp[i] * excess * kEvaluation) continue;
    excess = bound.ulp[i] > 0 ? error / bound.ulp[i] : std::numeric_limits<double>::infinity();
    worst = Broken(fmt::format("element {}: got {:a}, exact {:a}: {:.4g} ulp, proved {:.4g}", i, y[i],
                               exact.Approximate(), error, bound.ulp[i]),
                   i, y[i], exact.Approximate(), error, bound.ulp[i]);
    if (!std::isfinite(error)) break;
  }
  return worst;
}

Outcome CheckWithinBoth(const Kernel& kernel, const std::vector<reference::Enclosure>& exact, const Values& a,
                        const RowBound& bound_a, const Values& b, const RowBound& bound_b, const std::string& what) {
  if (!bound_a.claimed || !bound_b.claimed) return Vacuous();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double error = std::abs(a[i] - b[i]) / Unit(kernel.format, exact[i]);
    const double bound = (bound_a.ulp[i] + bound_b.ulp[i]) * kEvaluation;
    if (error <= bound) continue;
    return Broken(fmt::format("element {}: {:a} {}, {:a} before: {:.4g} ulp apart, proved {:.4g}", i, b[i], what, a[i],
                              error, bound),
                  i, b[i], a[i], error, bound);
  }
  return Held();
}

Outcome CheckSame(const Kernel& kernel, const Case& row, const Values& expected, const Values& got, bool promised_bits,
                  const std::string& what) {
  if (!promised_bits) {
    const RowBound bound = Promised(kernel, row);
    return CheckWithinBoth(kernel, row.exact(), expected, bound, got, bound, what);
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (SameBits(expected[i], got[i])) continue;
    return Broken(
        fmt::format("element {}: {:a} {}, {:a} otherwise; the same bits are promised", i, got[i], what, expected[i]), i,
        got[i], expected[i], std::abs(got[i] - expected[i]), 0);
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
  const double narrowing = claim.compute == kernel.format ? 0 : UnitRoundoff(kernel.format);
  // Neither overflows nor vanishes for any two doubles.
  const long double factor = static_cast<long double>(row.parameters.scale) / row.parameters.temperature;
  const double scale_error = row.parameters == Parameters{} ? 0 : claim.scale_error;
  const std::size_t top = ArgMax(row.x);
  std::vector<double> omega(row.x.size());
  for (std::size_t i = 0; i < omega.size(); ++i) {
    const auto d = static_cast<double>(-Distance(row, i, top));
    const auto z = static_cast<double>(std::abs(row.x[i]) * factor);
    // Scaling first errs by up to scale_error u |z| in each logit, which the shift's own rounding then sees.
    const double scaling = scale_error * (claim.scaled_before_shift || !claim.shifted ? z : d);
    const auto z_top = static_cast<double>(std::abs(row.x[top]) * factor);
    const double seen = claim.shifted ? d + u * (scaling + scale_error * z_top) : z;
    omega[i] = u * (claim.exp_error + scaling + claim.shift_error * seen + claim.normalise_error) + narrowing;
  }
  return omega;
}

}  // namespace softmax_verify
