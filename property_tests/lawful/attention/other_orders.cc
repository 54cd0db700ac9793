#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct WholeMatrix : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Solve() override {
    Problem<T>& p = this->p;
    std::vector<T> z(p.n);
    for (std::size_t i = 0; i < p.m; ++i) {
      for (std::size_t j = 0; j < p.n; ++j) z[j] = this->Score(i, j);
      const T m = Maximum(std::span<const T>(z));
      T sum = 0;
      for (T& value : z) sum += value = value == -kInfinity<T> ? 0 : std::exp(value - m);
      for (std::size_t c = 0; c < p.d; ++c) {
        T out = 0;
        for (std::size_t j = 0; j < p.n; ++j) {
          if (this->Sees(i, j) && this->Score(i, j) != -kInfinity<T>) out += z[j] / sum * this->v[j * p.d + c];
        }
        p.Out(Role::out)[i * p.d + c] = out;
      }
      p.Out(Role::lse)[i] = sum == 0 ? -kInfinity<T> : m + std::log(sum);
    }
  }
};

// The same, key by key from the last to the first.
template <class T>
struct LastKeyFirst : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Solve() override {
    Problem<T>& p = this->p;
    for (std::size_t i = 0; i < p.m; ++i) {
      Running<T> running;
      running.out.assign(p.d, 0);
      for (std::size_t j = 0; j < p.n; ++j) running.m = this->Larger(running.m, this->Score(i, j));
      for (std::size_t j = p.n; j-- > 0;) this->Join(i, j, j + 1, running);
      this->Finish(i, running);
    }
  }
};

Claim WithoutRescaling() {
  Claim claim = AttentionClaim();
  claim.rescale_step = 0;
  return claim;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      AttentionInEveryFormat<WholeMatrix>(
          {.text = "All scores of a query, their softmax, and its product with v: the weights are divided by the sum "
                   "before they meet v",
           .claim = WithoutRescaling(),
           .name = "normalised_first"}),
      AttentionInEveryFormat<LastKeyFirst>({.text = "The maximum first, then the keys from the last to the first",
                                            .claim = WithoutRescaling(),
                                            .name = "last_key_first"}),
  });
}

}  // namespace softmax_verify::corpus
