#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct WrongCorner : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  bool Sees(std::size_t i, std::size_t j) override {
    if (this->p.parameters.causal == Causal::bottom_right && j > i) return false;
    return BlockedAttention<T>::Sees(i, j);
  }
};

template <class T>
struct OffByOne : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  bool Sees(std::size_t i, std::size_t j) override {
    if (this->p.parameters.causal == Causal::top_left && j == i && j > 0) return false;
    return BlockedAttention<T>::Sees(i, j);
  }
};

template <class T>
struct ForgottenForOddLengths : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Solve() override {
    if (this->p.n % 8 != 0) this->p.parameters.causal = Causal::none;
    BlockedAttention<T>::Solve();
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<WrongCorner>(
          {.text = "O36: a query sees no key beyond its own index, though the last queries stand for the last keys",
           .name = "causal_wrong_corner"}),
      AttentionInEveryFormat<OffByOne>(
          {.text = "O36: a query does not see the key of its own index", .name = "causal_off_by_one"}),
      AttentionInEveryFormat<ForgottenForOddLengths>(
          {.text = "O35: the fallback for lengths that are no multiple of 8 forgets the causal mask",
           .name = "causal_forgotten_for_odd_lengths"}),
  });
}

}  // namespace softmax_verify::corpus
