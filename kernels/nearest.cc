#include "kernels/nearest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/enclosure.h"

namespace softmax_verify {

std::optional<double> NearestWithin(Format format, double hi, double lo, double error) {
  if (format == Format::f64) {
    const double margin = error + hi * 0x1p-104;  // and what the inner sums round
    const double low = hi + (lo - margin);
    return low == hi + (lo + margin) ? std::optional<double>(low) : std::nullopt;
  }
  const double nearest = RoundToFormat(format, hi);
  const double rest = hi - nearest;  // exact, and so is the difference to a half unit where that matters
  const double unit = std::ldexp(1.0, static_cast<int>(UlpExponent(format, std::ilogb(hi))));
  const double beyond = (std::abs(rest) - unit / 2) + std::copysign(1.0, rest) * lo;  // the midpoint
  if (std::abs(beyond) <= error * (1 + 0x1p-40)) return std::nullopt;
  return beyond < 0 ? nearest : nearest + std::copysign(unit, rest);
}

struct ExactSoftmax::State {
  Format format;
  const void* x;
  std::size_t n;
  Parameters parameters;
  double maximum = -std::numeric_limits<double>::infinity();
  mpfr_prec_t bits = 192;
  std::unique_ptr<Interval> sum{};

  void Sum() {
    sum = std::make_unique<Interval>(bits);
    sum->SetZero();
    Interval term(bits);
    for (std::size_t j = 0; j < n; ++j) {
      term.SetTerm(Load(format, x, j), maximum, parameters);
      sum->Add(term);
    }
  }
};

ExactSoftmax::ExactSoftmax(Format format, const void* x, std::size_t n, const Parameters& parameters)
    : state_(std::make_unique<State>(State{format, x, n, parameters})) {
  for (std::size_t j = 0; j < n; ++j) state_->maximum = std::max(state_->maximum, Load(format, x, j));
}

ExactSoftmax::~ExactSoftmax() = default;

double ExactSoftmax::Nearest(std::size_t i) {
  State& state = *state_;
  for (;; state.bits *= 2) {
    if (!state.sum) state.Sum();
    Interval term(state.bits);
    term.SetTerm(Load(state.format, state.x, i), state.maximum, state.parameters);
    term.Divide(*state.sum);
    if (const std::optional<double> nearest = term.Nearest(state.format)) return *nearest;
    state.sum.reset();
  }
}

}  // namespace softmax_verify
