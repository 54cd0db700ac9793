#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct FiniteSentinel : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  Running<T> Start() override { return {.m = -1e4, .s = 0, .out = {}}; }
};

template <class T>
struct AsMinus1e4 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Hidden() override { return -1e4; }
};

template <class T>
struct Uniform : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Hidden() override { return std::numeric_limits<T>::lowest(); }
};

template <class T>
struct MaskIgnored : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  bool Sees(std::size_t i, std::size_t j) override {
    const auto mask = this->p.Integers(Role::mask);
    if (!mask.empty() && mask[i * this->p.n + j] == 0) return true;
    return BlockedAttention<T>::Sees(i, j);
  }
};

template <class T>
struct NanLeaks : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) override {
    BlockedAttention<T>::Join(i, begin, end, running);
    for (std::size_t j = begin; j < end; ++j) {
      for (std::size_t c = 0; c < this->p.d; ++c) running.out[c] += 0 * this->v[j * this->p.d + c];
    }
  }
};

template <class T>
struct MaskedBefore : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Score(std::size_t i, std::size_t j) override {
    const T z = this->Dot(i, j) * this->Scale() + (this->bias.empty() ? 0 : this->bias[i * this->p.n + j]);
    return this->Sees(i, j) ? z : z * 0 - kInfinity<T>;
  }
};

template <class T>
struct NanDropped : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Score(std::size_t i, std::size_t j) override {
    const T z = BlockedAttention<T>::Score(i, j);
    return z != z ? -kInfinity<T> : z;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<FiniteSentinel>(
          {.text = "O07, O29: the maximum starts at -1e4: where all scores lie far below, every weight vanishes",
           .name = "finite_sentinel"}),
      AttentionInEveryFormat<AsMinus1e4>(
          {.text = "O32: a hidden score is replaced by -1e4 and wins where the others are lower",
           .name = "hidden_as_minus_1e4"}),
      AttentionInEveryFormat<Uniform>(
          {.text = "O30: a hidden score is the lowest finite number: where nothing is seen, out is the mean of v",
           .name = "uniform_where_nothing_is_seen"}),
      AttentionInEveryFormat<MaskIgnored>({.text = "O34: the byte mask is never applied", .name = "mask_ignored"}),
      AttentionInEveryFormat<NanLeaks>(
          {.text = "O28: the weights of hidden keys are 0, and 0 times a NaN in their v is NaN",
           .name = "hidden_nan_leaks"}),
      AttentionInEveryFormat<MaskedBefore>(
          {.text = "O28: -inf is added to the score of a hidden key: NaN in its k, which has no part in it, stays NaN",
           .name = "hidden_score_leaks"}),
      AttentionInEveryFormat<NanDropped>(
          {.text = "O25: a score that is NaN is taken for -inf: plausible and wrong", .name = "nan_dropped"}),
  });
}

}  // namespace softmax_verify::corpus
