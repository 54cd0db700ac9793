#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

// Everything in twice the precision, rounded once.
struct Wide {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    using W = std::conditional_t<std::is_same_v<T, float>, double, long double>;
    const auto q = p[Role::q], k = p[Role::k], v = p[Role::v], bias = p[Role::bias];
    for (std::size_t i = 0; i < p.m; ++i) {
      std::vector<W> z(p.n, -kInfinity<W>);
      W m = -kInfinity<W>, sum = 0;
      for (std::size_t j = 0; j < p.n; ++j) {
        const W b = bias.empty() ? 0 : bias[i * p.n + j];
        if (!p.Keeps(i, j) || b == -kInfinity<W>) continue;
        z[j] = 0;
        for (std::size_t c = 0; c < p.d; ++c) z[j] += static_cast<W>(q[i * p.d + c]) * k[j * p.d + c];
        z[j] = z[j] * static_cast<W>(p.parameters.scale) + b;
        m = z[j] > m ? z[j] : m;
      }
      std::vector<W> out(p.d, 0);
      for (std::size_t j = 0; j < p.n; ++j) {
        if (z[j] == -kInfinity<W>) continue;
        const W e = std::exp(z[j] - m);
        sum += e;
        for (std::size_t c = 0; c < p.d; ++c) out[c] += e * v[j * p.d + c];
      }
      for (std::size_t c = 0; c < p.d; ++c) p.Out(Role::out)[i * p.d + c] = static_cast<T>(sum == 0 ? 0 : out[c] / sum);
      p.Out(Role::lse)[i] = static_cast<T>(m + std::log(sum));
    }
  }
};

template <Format kTile>
struct Tile {
  template <class T>
  struct Attention : BlockedAttention<T> {
    using BlockedAttention<T>::BlockedAttention;
    T Weight(T e) override { return static_cast<T>(RoundToFormat(kTile, static_cast<double>(e))); }
  };
};

// exp(z - m) as 2^(z log2 e - m log2 e), the second product rounded, the first not.
template <class T>
struct PowersOf2 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Solve() override {
    Problem<T>& p = this->p;
    const T log2_e = static_cast<T>(1.4426950408889634);
    for (std::size_t i = 0; i < p.m; ++i) {
      T m = std::numeric_limits<T>::lowest(), sum = 0;
      std::vector<T> z(p.n), out(p.d, 0);
      for (std::size_t j = 0; j < p.n; ++j) m = this->Larger(m, z[j] = this->Score(i, j));
      for (std::size_t j = 0; j < p.n; ++j) {
        if (z[j] == -kInfinity<T>) continue;
        const T e = std::exp2(std::fma(z[j], log2_e, -m * log2_e));
        sum += e;
        for (std::size_t c = 0; c < p.d; ++c) out[c] += e * this->v[j * p.d + c];
      }
      for (std::size_t c = 0; c < p.d; ++c) p.Out(Role::out)[i * p.d + c] = sum == 0 ? 0 : out[c] / sum;
    }
  }
};

Claim WithTile(Format tile) {
  Claim claim = AttentionClaim();
  claim.tile = tile;
  return claim;
}
RoleSet WithoutLse() {
  RoleSet operands = FullSignature(Operation::attention, Format::f32).operands;
  operands.Remove(Role::lse);
  return operands;
}
RoleSet MaskAndBias() { return {Role::mask, Role::bias}; }

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim powers = AttentionClaim();
  powers.rescale_step = 0;
  powers.shift_error = 3;
  return Join({
      InEveryFormat<Wide>({.text = "Computes in twice the precision, rounds once",
                           .claim = AttentionClaim(),
                           .operation = Operation::attention,
                           .name = "wide"}),
      AttentionInEveryFormat<Tile<Format::bf16>::Attention>(
          {.text = "Weights rounded to bf16 before they meet v, and says so",
           .claim = WithTile(Format::bf16),
           .name = "bf16_tile"}),
      AttentionInEveryFormat<Tile<Format::f16>::Attention>(
          {.text = "Weights rounded to f16 before they meet v, and says so",
           .claim = WithTile(Format::f16),
           .name = "f16_tile"}),
      AttentionInEveryFormat<PowersOf2>({.text = "Exponentials as powers of 2, by one multiply-add; no lse",
                                         .claim = powers,
                                         .name = "powers_of_2",
                                         .operands = WithoutLse(),
                                         .nullable = MaskAndBias()}),
  });
}

}  // namespace softmax_verify::corpus
