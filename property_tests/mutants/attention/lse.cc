#include <numbers>

#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct InBase2 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Lse(const Running<T>& running) override { return BlockedAttention<T>::Lse(running) / std::numbers::ln2_v<T>; }
};

template <class T>
struct WithoutMaximum : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Lse(const Running<T>& running) override { return std::log(running.s); }
};

template <class T>
struct Unscaled : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Lse(const Running<T>& running) override { return running.m / this->Scale() + std::log(running.s); }
};

template <class T>
struct Shared : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Finish(std::size_t i, const Running<T>& running) override {
    BlockedAttention<T>::Finish(i, running);
    if (i % 4 == 3) this->p.Out(Role::lse)[i] = this->p.Out(Role::lse)[i - 1];
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<InBase2>({.text = "O79: lse in base 2, out exact", .name = "lse_in_base_2"}),
      AttentionInEveryFormat<WithoutMaximum>(
          {.text = "O79: lse is the logarithm of the shifted sum, without the maximum", .name = "lse_without_maximum"}),
      AttentionInEveryFormat<Unscaled>(
          {.text = "O79: lse takes the maximum of the dot products as they were before the scale",
           .name = "lse_unscaled"}),
      AttentionInEveryFormat<Shared>(
          {.text = "O09: every fourth query gets the lse of its neighbour: the same value stored twice",
           .name = "lse_of_the_neighbour"}),
  });
}

}  // namespace softmax_verify::corpus
