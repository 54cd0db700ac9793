#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct ScaleIgnored : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Scale() override { return 1; }
};

template <class T>
struct ScaleTwice : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Scale() override { return BlockedAttention<T>::Scale() * BlockedAttention<T>::Scale(); }
};

template <class T>
struct ScaleAfterSoftmax : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Scale() override { return 1; }
  T Weight(T e) override { return e * BlockedAttention<T>::Scale(); }
};

template <class T>
struct BiasScaled : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Score(std::size_t i, std::size_t j) override {
    if (!this->Sees(i, j)) return this->Hidden();
    const T bias = this->bias.empty() ? 0 : this->bias[i * this->p.n + j];
    return (this->Dot(i, j) + bias) * this->Scale();
  }
};

template <class T>
struct BiasOfTheFirstQuery : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Score(std::size_t i, std::size_t j) override {
    if (!this->Sees(i, j)) return this->Hidden();
    return this->Dot(i, j) * this->Scale() + (this->bias.empty() ? 0 : this->bias[j]);
  }
};

template <class T>
struct DepthTailDropped : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Dot(std::size_t i, std::size_t j) override {
    const std::size_t d = this->p.d;
    T sum = 0;
    for (std::size_t c = 0; c < (d < 4 ? d : d / 4 * 4); ++c) sum += this->q[i * d + c] * this->k[j * d + c];
    return sum;
  }
};

template <class T>
struct InBf16 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Dot(std::size_t i, std::size_t j) override {
    return static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(BlockedAttention<T>::Dot(i, j))));
  }
};

template <class T>
struct NoMaximum : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  Running<T> Start() override { return {.m = 0, .s = 0, .out = {}}; }
  T Larger(T m, T) override { return m; }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<ScaleIgnored>({.text = "O76: the scale is not passed on", .name = "scale_ignored"}),
      AttentionInEveryFormat<ScaleTwice>(
          {.text = "O84: the scale is applied to q and again to the scores", .name = "scale_twice"}),
      AttentionInEveryFormat<ScaleAfterSoftmax>(
          {.text = "O84: the scale multiplies the weights, not the scores", .name = "scale_after_softmax"}),
      AttentionInEveryFormat<BiasScaled>({.text = "O84: the bias is added before the scale", .name = "bias_scaled"}),
      AttentionInEveryFormat<BiasOfTheFirstQuery>(
          {.text = "O37: every query gets the bias of the first", .name = "bias_of_the_first_query"}),
      AttentionInEveryFormat<DepthTailDropped>(
          {.text = "O38: a depth that is no multiple of 4 is rounded down", .name = "depth_tail_dropped"}),
      AttentionInEveryFormat<InBf16>({.text = "O16: scores are rounded to bf16", .name = "scores_in_bf16"}),
      AttentionInEveryFormat<NoMaximum>(
          {.text = "O01: exponentials of the scores themselves: they overflow", .name = "no_maximum"}),
  });
}

}  // namespace softmax_verify::corpus
