// Finite numbers that stand for "masked".
#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
void SoftmaxOf(std::vector<T>& z, std::span<T> y) {
  ThreePass(std::span<const T>(z), y);
}

struct TenThousand {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    auto z = p.Logits();
    for (auto& value : z) value = value == -kInfinity<Real<F>> ? -10000 : value;
    SoftmaxOf(z, p.Out(Role::y));
  }
};

struct Lowest {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    auto z = p.Logits();
    for (auto& value : z) value = std::max(value, std::numeric_limits<Real<F>>::lowest());
    SoftmaxOf(z, p.Out(Role::y));
  }
};

struct ClampedMaximum {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto z = p.Logits();
    const T m = std::max(Maximum(std::span<const T>(z)), T{-10000});
    T sum = 0;
    const auto y = p.Out(Role::y);
    for (std::size_t j = 0; j < p.n; ++j) sum += y[j] = std::exp(z[j] - m);
    for (T& value : y) value /= std::max(sum, T(1e-6));
  }
};

struct AddsThousandMillion {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto x = p[Role::x];
    const auto bias = p[Role::bias];
    std::vector<T> z(p.n);
    for (std::size_t j = 0; j < p.n; ++j) {
      z[j] = static_cast<T>(static_cast<double>(x[j]) * p.parameters.scale / p.parameters.temperature);
      if (!bias.empty()) z[j] += bias[j];
      if (!p.Keeps(0, j)) z[j] += static_cast<T>(std::max(-1e9, -Largest(F)));
    }
    SoftmaxOf(z, p.Out(Role::y));
  }
};

About Sentinel(std::string name, std::string text) {
  return {.text = std::move(text), .operation = Operation::masked_softmax, .name = std::move(name)};
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<TenThousand>(Sentinel(
          "ten_thousand", "O32: a masked score becomes -10000 and takes part in the maximum: lower rows belong to it")),
      InEveryFormat<Lowest>(
          Sentinel("lowest", "O30: a masked score becomes the lowest finite number: nothing to see gives the average")),
      InEveryFormat<ClampedMaximum>(
          Sentinel("clamped_maximum", "O29: the maximum is held above -10000 and the sum above 10^-6")),
      InEveryFormat<AddsThousandMillion>(
          Sentinel("adds_thousand_million", "O33: -10^9, or the lowest number of the format, is added to masked scores")),
  });
}

}  // namespace softmax_verify::corpus
