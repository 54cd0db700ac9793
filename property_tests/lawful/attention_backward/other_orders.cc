#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

// Two products and their difference: p dout . v - p dout . out.
template <class T>
struct TwoProducts : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T OfScore(T weight, T product, T delta) override { return weight * product - weight * delta; }
};

template <class T>
struct LastFirst : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t reversed) override {
    const std::size_t i = this->p.m - 1 - reversed;
    const T delta = this->Delta(i);
    for (std::size_t j = this->p.n; j-- > 0;) {
      const T z = this->Score(i, j);
      if (z == -kInfinity<T> || this->lse[i] == -kInfinity<T>) continue;
      const T weight = std::exp(z - this->lse[i]);
      this->Add(i, j, weight, this->OfScore(weight, this->Product(this->dout, i, this->v, j), delta));
    }
  }
};

// Queries times the scale, once and for all: their products with keys are the scores, with gradients of scores dk.
template <class T>
struct ScaledQueries : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Dot(std::size_t i, std::size_t j) override {
    T sum = 0;
    for (std::size_t c = 0; c < this->p.d; ++c) sum += Scaled(i, c) * this->k[j * this->p.d + c];
    return sum;
  }
  T Score(std::size_t i, std::size_t j) override {
    if (!this->Sees(i, j)) return -kInfinity<T>;
    return this->bias.empty() ? Dot(i, j) : Dot(i, j) + this->bias[i * this->p.n + j];
  }
  void Add(std::size_t i, std::size_t j, T weight, T of_score) override {
    const std::size_t d = this->p.d;
    for (std::size_t c = 0; c < d; ++c) {
      this->p.Out(Role::dq)[i * d + c] += of_score * this->Scale() * this->k[j * d + c];
      this->p.Out(Role::dk)[j * d + c] += of_score * Scaled(i, c);
      this->p.Out(Role::dv)[j * d + c] += weight * this->dout[i * d + c];
    }
  }
  T ScaleOfGradients() override { return 1; }
  T Scaled(std::size_t i, std::size_t c) { return this->q[i * this->p.d + c] * this->Scale(); }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      GradientsInEveryFormat<TwoProducts>(
          {.text = "The gradient of a score as a difference of two products", .name = "two_products"}),
      GradientsInEveryFormat<LastFirst>({.text = "Queries and keys from the last to the first", .name = "last_first"}),
      GradientsInEveryFormat<ScaledQueries>(
          {.text = "The scale is applied to the queries, and to the gradients of the scores",
           .name = "scaled_queries"}),
  });
}

}  // namespace softmax_verify::corpus
