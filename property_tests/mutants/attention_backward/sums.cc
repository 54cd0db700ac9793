#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct NoDelta : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Delta(std::size_t) override { return 0; }
};

template <class T>
struct DeltaOfOut : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Delta(std::size_t i) override { return this->Product(this->out, i, this->out, i); }
};

template <class T>
struct DeltaOfTheNext : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Delta(std::size_t i) override { return AttentionGradients<T>::Delta((i + 1) % this->p.m); }
};

template <class T>
struct DeltaInBf16 : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T Delta(std::size_t i) override {
    return static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(AttentionGradients<T>::Delta(i))));
  }
};

template <class T>
struct Diagonal : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  T OfScore(T weight, T product, T) override { return weight * (1 - weight) * product; }
};

template <class T>
struct LastBlockOverwrites : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Add(std::size_t i, std::size_t j, T weight, T of_score) override {
    if (j % 16 == 0) {
      for (std::size_t c = 0; c < this->p.d; ++c) this->p.Out(Role::dq)[i * this->p.d + c] = 0;
    }
    AttentionGradients<T>::Add(i, j, weight, of_score);
  }
};

template <class T>
struct QueriesOverwrite : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    if (i % 4 == 0) {
      for (const Role role : {Role::dk, Role::dv}) {
        for (T& value : this->p.Out(role)) value = 0;
      }
    }
    AttentionGradients<T>::Query(i);
  }
};

template <class T>
struct SumsInBf16 : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Query(std::size_t i) override {
    AttentionGradients<T>::Query(i);
    for (T& value : this->p.Out(Role::dv)) {
      value = static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(value)));
    }
  }
};

template <class T>
struct KeysExchanged : AttentionGradients<T> {
  using AttentionGradients<T>::AttentionGradients;
  void Solve() override {
    AttentionGradients<T>::Solve();
    for (std::size_t c = 0; c < this->p.d; ++c) std::swap(this->p.Out(Role::dk)[c], this->p.Out(Role::dv)[c]);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      GradientsInEveryFormat<NoDelta>({.text = "O67: dout . out is not subtracted", .name = "no_delta"}),
      GradientsInEveryFormat<DeltaOfOut>(
          {.text = "O68: what is subtracted is out . out, where dout . out belongs", .name = "delta_of_out"}),
      GradientsInEveryFormat<DeltaOfTheNext>(
          {.text = "O37: the query's dout . out is looked up one row further", .name = "delta_of_the_next_query"}),
      GradientsInEveryFormat<DeltaInBf16>({.text = "O18: dout . out is rounded to bf16", .name = "delta_in_bf16"}),
      GradientsInEveryFormat<Diagonal>(
          {.text = "O69: only the diagonal of the softmax's Jacobian", .name = "diagonal_only"}),
      GradientsInEveryFormat<LastBlockOverwrites>(
          {.text = "O61: dq is begun anew with every block of 16 keys: the last writer wins",
           .name = "last_block_overwrites"}),
      GradientsInEveryFormat<QueriesOverwrite>(
          {.text = "O61: dk and dv are begun anew with every four queries", .name = "last_queries_overwrite"}),
      GradientsInEveryFormat<SumsInBf16>({.text = "O16: dv is kept in bf16 between the queries", .name = "dv_in_bf16"}),
      GradientsInEveryFormat<KeysExchanged>(
          {.text = "O09: dk and dv of the first key are stored in each other's place", .name = "dk_and_dv_exchanged"}),
  });
}

}  // namespace softmax_verify::corpus
