#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct KeyByKey : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  std::size_t Block() override { return 1; }
};

// A stranger's contract where nothing is seen: 0 / 0, and the maximum, which is -inf.
template <class T>
struct NanWhereNothingIsSeen : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Finish(std::size_t i, const Running<T>& running) override {
    for (std::size_t c = 0; c < this->p.d; ++c) {
      this->p.Out(Role::out)[i * this->p.d + c] = running.out[c] / running.s;
    }
  }
};

RoleSet WithoutLse() {
  RoleSet operands = FullSignature(Operation::attention, Format::f32).operands;
  operands.Remove(Role::lse);
  return operands;
}
RoleSet MaskAndBias() { return {Role::mask, Role::bias}; }

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim key_by_key = AttentionClaim();
  key_by_key.rescale_step = 1;
  return Join({
      AttentionInEveryFormat<KeyByKey>(
          {.text = "Blocks of one key: rescaled whenever a score is larger than all before",
           .claim = key_by_key,
           .name = "key_by_key"}),
      AttentionInEveryFormat<NanWhereNothingIsSeen>({.text = "No lse; NaN where a query sees no key",
                                                     .name = "nan_where_nothing_is_seen",
                                                     .operands = WithoutLse(),
                                                     .nullable = MaskAndBias()}),
  });
}

}  // namespace softmax_verify::corpus
