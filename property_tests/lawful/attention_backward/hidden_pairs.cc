#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

// What no byte hides is computed and weighed with 0.
template <class T>
struct WeighedWith0 : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    AttentionGradients<T>::Query(i);
    const auto mask = this->p.Integers(Role::mask);
    const T delta = this->Delta(i);
    for (std::size_t j = 0; j < this->p.n; ++j) {
      const bool by_byte = !mask.empty() && mask[i * this->p.n + j] == 0;
      if (by_byte || this->Score(i, j) != -kInfinity<T>) continue;
      this->Add(i, j, 0, this->OfScore(0, this->Product(this->dout, i, this->v, j), delta));
    }
  }
};

// A stranger's contract: the dq of a query that sees nothing.
template <class T>
struct NanWhereNothingIsSeen : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    AttentionGradients<T>::Query(i);
    for (std::size_t j = 0; j < this->p.n; ++j) {
      if (this->Score(i, j) != -kInfinity<T>) return;
    }
    for (std::size_t c = 0; c < this->p.d; ++c) {
      this->p.Out(Role::dq)[i * this->p.d + c] = std::numeric_limits<T>::quiet_NaN();
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      GradientsInEveryFormat<WeighedWith0>(
          {.text = "Pairs beyond the causal limit, or with a bias of -inf, join the sums with a weight of 0",
           .name = "weighed_with_0"}),
      GradientsInEveryFormat<NanWhereNothingIsSeen>(
          {.text = "dq is NaN where a query sees no key", .name = "nan_where_nothing_is_seen"}),
  });
}

}  // namespace softmax_verify::corpus
