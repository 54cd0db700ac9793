#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct OutNotRescaled : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) override {
    const std::vector<T> before = running.out;
    const T m = running.m;
    BlockedAttention<T>::Join(i, begin, end, running);
    const T factor = std::exp(m - running.m);
    for (std::size_t c = 0; c < this->p.d; ++c) running.out[c] += (1 - factor) * before[c];
  }
};

template <class T>
struct FirstBlockHidden : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  Running<T> Start() override { return {.m = -kInfinity<T>, .s = 0, .out = {}}; }
};

template <class T>
struct HiddenBlockKeeps0 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) override {
    const T lowest = std::numeric_limits<T>::lowest();
    BlockedAttention<T>::Join(i, begin, end, running);
    if (running.m == lowest) running.m = 0;
  }
};

template <class T>
struct LazyAndClipped : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Larger(T m, T z) override { return m == std::numeric_limits<T>::lowest() || z - m > 8 || z != z ? z : m; }
  T Weight(T e) override { return e > 448 ? 448 : e; }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<OutNotRescaled>(
          {.text = "O77: when the maximum grows the sum is rescaled, the accumulated values are not",
           .name = "out_not_rescaled"}),
      AttentionInEveryFormat<FirstBlockHidden>(
          {.text = "O77, O74: a first block that is hidden altogether leaves -inf - -inf in the rescaling",
           .name = "first_block_hidden"}),
      AttentionInEveryFormat<HiddenBlockKeeps0>(
          {.text = "O78: a hidden block sets the maximum to 0, which later scores, all far below, never lower",
           .name = "hidden_block_keeps_0"}),
      AttentionInEveryFormat<LazyAndClipped>(
          {.text =
               "O81: rescales only when the maximum grows by more than 8; weights saturate at 448, the sum does not",
           .name = "lazy_rescale_saturates"}),
  });
}

}  // namespace softmax_verify::corpus
