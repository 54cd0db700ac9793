#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

// Weights and gradients of scores rounded to bf16 before they meet vectors, as in matrix units.
template <class T>
struct Bf16Tile : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Add(std::size_t i, std::size_t j, T weight, T of_score) override {
    const auto round = [](T value) { return static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(value))); };
    AttentionGradients<T>::Add(i, j, round(weight), round(of_score));
  }
};

// exp(z - lse) as 2^((z - lse) log2 e): the constant and the product cost two more roundings.
template <class T>
struct PowersOf2 : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    const T delta = this->Delta(i);
    for (std::size_t j = 0; j < this->p.n; ++j) {
      const T z = this->Score(i, j);
      if (z == -kInfinity<T> || this->lse[i] == -kInfinity<T>) continue;
      const T weight = std::exp2((z - this->lse[i]) * static_cast<T>(1.4426950408889634));
      this->Add(i, j, weight, this->OfScore(weight, this->Product(this->dout, i, this->v, j), delta));
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim tile = AttentionClaim();
  tile.tile = Format::bf16;
  Claim powers = AttentionClaim();
  powers.shift_error = 3;
  return Join({
      GradientsInEveryFormat<Bf16Tile>(
          {.text = "Weights and gradients of scores are rounded to bf16, which the claim says",
           .claim = tile,
           .name = "bf16_tile"}),
      GradientsInEveryFormat<PowersOf2>({.text = "Weights as powers of 2", .claim = powers, .name = "powers_of_2"}),
  });
}

}  // namespace softmax_verify::corpus
