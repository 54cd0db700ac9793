// Masks that are forgotten, in part or in the wrong place.
#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// softmax of the scores that `keeps` lets through; 0 where nothing is left.
template <class T, class Keeps>
void Masked(Problem<T>& p, const Keeps& keeps) {
  const auto x = p[Role::x];
  const auto bias = p[Role::bias];
  std::vector<T> z(p.n, -kInfinity<T>);
  for (std::size_t j = 0; j < p.n; ++j) {
    if (!keeps(j)) continue;
    z[j] = static_cast<T>(static_cast<double>(x[j]) * p.parameters.scale / p.parameters.temperature);
    if (!bias.empty()) z[j] += bias[j];
  }
  ThreePass(std::span<const T>(z), p.Out(Role::y));
  if (Maximum(std::span<const T>(z)) == -kInfinity<T>) {
    for (T& value : p.Out(Role::y)) value = std::isnan(value) ? 0 : value;
  }
}

template <class T>
bool ByMask(const Problem<T>& p, std::size_t j) {
  const auto mask = p.Integers(Role::mask);
  return mask.empty() || mask[j] != 0;
}

struct MaskIgnored {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Masked(p, [&](std::size_t j) { return p.Keeps(0, j) || !ByMask(p, j); });
  }
};

struct CausalForSomeSizes {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Masked(p, [&](std::size_t j) { return p.n % 8 == 0 ? p.Keeps(0, j) : ByMask(p, j); });
  }
};

struct WrongCorner {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    if (p.parameters.causal != Causal::none) p.parameters.causal = Causal::top_left;
    Masked(p, [&](std::size_t j) { return p.Keeps(0, j); });
  }
};

struct DiagonalShutOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const bool causal = p.parameters.causal != Causal::none;
    Masked(p, [&](std::size_t j) { return p.Keeps(0, j) && (!causal || j + 1 >= p.n || p.Keeps(0, j + 1)); });
  }
};

struct MaskedAfterwards {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Masked(p, [](std::size_t) { return true; });
    for (std::size_t j = 0; j < p.n; ++j) {
      if (!p.Keeps(0, j)) p.Out(Role::y)[j] = 0;
    }
  }
};

struct MaskedNotZero {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Masked(p, [&](std::size_t j) { return p.Keeps(0, j); });
    for (std::size_t j = 0; j < p.n; ++j) {
      if (!p.Keeps(0, j)) p.Out(Role::y)[j] = static_cast<Real<F>>(SmallestNormal(F));
    }
  }
};

struct OnlyByteOne {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto mask = p.Integers(Role::mask);
    Masked(p, [&](std::size_t j) { return p.Keeps(0, j) && (mask.empty() || mask[j] == 1); });
  }
};

struct BiasScaled {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto x = p[Role::x];
    const auto bias = p[Role::bias];
    std::vector<T> z(p.n, -kInfinity<T>);
    for (std::size_t j = 0; j < p.n; ++j) {
      if (!p.Keeps(0, j)) continue;
      const double sum = static_cast<double>(x[j]) + (bias.empty() ? 0.0 : static_cast<double>(bias[j]));
      z[j] = static_cast<T>(sum * p.parameters.scale / p.parameters.temperature);
    }
    ThreePass(std::span<const T>(z), p.Out(Role::y));
    if (Maximum(std::span<const T>(z)) == -kInfinity<T>) {
      for (T& value : p.Out(Role::y)) value = std::isnan(value) ? 0 : value;
    }
  }
};

About Wrong(std::string name, std::string text) {
  return {.text = std::move(text), .operation = Operation::masked_softmax, .name = std::move(name)};
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<MaskIgnored>(Wrong("mask_ignored", "O34: the byte mask is never applied")),
      InEveryFormat<CausalForSomeSizes>(
          Wrong("causal_for_some_sizes", "O35: the causal limit is forgotten unless the columns are a multiple of 8")),
      InEveryFormat<WrongCorner>(Wrong(
          "wrong_corner", "O36: row i sees the first i + 1 columns, though rows are the tail of a longer sequence")),
      InEveryFormat<DiagonalShutOut>(Wrong("diagonal_shut_out", "K07: the causal limit is one column short")),
      InEveryFormat<MaskedAfterwards>(
          Wrong("masked_afterwards", "O34: the mask is applied to the results: masked scores keep their share")),
      InEveryFormat<MaskedNotZero>(
          Wrong("masked_not_zero", "O20: exp has a floor above 0, for -inf too, so that masked entries keep weight")),
      InEveryFormat<OnlyByteOne>(Wrong("only_byte_one", "K07: a byte of the mask other than 1 is taken for 0")),
      InEveryFormat<BiasScaled>(Wrong("bias_scaled", "O37: the bias is multiplied by the scale as well")),
  });
}

}  // namespace softmax_verify::corpus
