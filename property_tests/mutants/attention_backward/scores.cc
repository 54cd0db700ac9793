#include <numbers>

#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct InBase2 : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Exponent(T z, std::size_t i) override { return (z - this->lse[i]) * std::numbers::ln2_v<T>; }
};

template <class T>
struct LseAgain : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Exponent(T z, std::size_t i) override {
    T m = std::numeric_limits<T>::lowest(), sum = 0;
    for (std::size_t j = 0; j < this->p.n; ++j) m = this->Larger(m, this->Score(i, j));
    for (std::size_t j = 0; j < this->p.n; ++j) sum += std::exp(this->Score(i, j) - m);
    return z - m - std::log(sum);
  }
};

template <class T>
struct ScaleOnlyInScores : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T ScaleOfGradients() override { return 1; }
};

template <class T>
struct ScaleTwice : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T ScaleOfGradients() override { return this->Scale() * this->Scale(); }
};

template <class T>
struct BiasForgotten : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Score(std::size_t i, std::size_t j) override {
    return this->Sees(i, j) ? this->Dot(i, j) * this->Scale() : -kInfinity<T>;
  }
};

template <class T>
struct CausalFromTheWrongCorner : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  bool Sees(std::size_t i, std::size_t j) override {
    if (this->p.parameters.causal == Causal::bottom_right && j > i) return false;
    return AttentionGradients<T>::Sees(i, j);
  }
};

template <class T>
struct MaskIgnored : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  bool Sees(std::size_t i, std::size_t j) override {
    const auto mask = this->p.Integers(Role::mask);
    return (!mask.empty() && mask[i * this->p.n + j] == 0) || AttentionGradients<T>::Sees(i, j);
  }
};

template <class T>
struct NanLeaks : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    AttentionGradients<T>::Query(i);
    // The weights of hidden keys are 0, and join the sums.
    for (std::size_t j = 0; j < this->p.n; ++j) {
      if (this->Score(i, j) == -kInfinity<T>) this->Add(i, j, 0, 0 * this->Product(this->dout, i, this->v, j));
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      GradientsInEveryFormat<InBase2>(
          {.text = "O79: the saved lse is taken for one in base 2", .name = "weights_in_base_2"}),
      GradientsInEveryFormat<LseAgain>(
          {.text = "O71: the weights are normalised again, whatever lse was handed in", .name = "lse_ignored"}),
      GradientsInEveryFormat<ScaleOnlyInScores>(
          {.text = "O84: the scale is in the scores, but not in dq and dk", .name = "scale_only_in_scores"}),
      GradientsInEveryFormat<ScaleTwice>(
          {.text = "O84: dq and dk get the scale with the scores and again at the end", .name = "scale_twice"}),
      GradientsInEveryFormat<BiasForgotten>(
          {.text = "O34: the bias is not applied when the scores are computed again", .name = "bias_forgotten"}),
      GradientsInEveryFormat<CausalFromTheWrongCorner>(
          {.text = "O36: the causal limit is counted from the first key, though the last query sees the last key",
           .name = "causal_wrong_corner"}),
      GradientsInEveryFormat<MaskIgnored>(
          {.text = "O31: the mask is not handed to the backward pass: hidden keys receive gradients",
           .name = "mask_ignored"}),
      GradientsInEveryFormat<NanLeaks>(
          {.text = "O28: the weights of hidden keys are 0, and 0 times a NaN in their k and v is NaN",
           .name = "hidden_nan_leaks"}),
  });
}

}  // namespace softmax_verify::corpus
