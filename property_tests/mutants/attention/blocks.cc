#include "property_tests/attention_specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct LastBlockDropped : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  std::size_t End() override { return this->p.n < 16 ? this->p.n : this->p.n / 16 * 16; }
};

template <class T>
struct PaddingCounted : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) override {
    BlockedAttention<T>::Join(i, begin, end, running);
    // Keys of zeros, with a score of 0 and values of 0, fill the last block.
    running.s += static_cast<T>(begin + 16 - end) * std::exp(-running.m);
  }
};

template <class T>
struct StaleTail : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) override {
    BlockedAttention<T>::Join(i, begin, end, running);
    // What the block before left behind a partial one.
    if (begin > 0 && end < begin + 16) BlockedAttention<T>::Join(i, end - 16, begin, running);
  }
};

template <class T>
struct WeightsInBf16 : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  T Weight(T e) override { return static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(e))); }
};

template <class T>
struct OneMaximumForAll : BlockedAttention<T> {
  using BlockedAttention<T>::BlockedAttention;
  Running<T> Start() override {
    T m = std::numeric_limits<T>::lowest();
    for (std::size_t i = 0; i < this->p.m; ++i) {
      for (std::size_t j = 0; j < this->p.n; ++j) m = this->Larger(m, this->Score(i, j));
    }
    return {.m = m, .s = 0, .out = {}};
  }
};

struct WritesAQueryTooMany {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    static constexpr Signature signature = FullSignature(Operation::attention, F);
    const Status status = SolveRows<Solving<BlockedAttention<float>, BlockedAttention<double>>, F>(signature, operands,
                                                                                                   layout, parameters);
    const std::size_t count = layout.outer * layout.depth;
    if (status == Status::ok && layout.axis > 0 && layout.outer % 4 == 3) {
      for (std::size_t c = 0; c < std::min<std::size_t>(layout.depth, 8); ++c) {
        Store(F, operands.Out(Role::out), count + c, Load(F, operands.Out(Role::out), count - layout.depth + c));
      }
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Contract same_anywhere;
  same_anywhere.layout_independent = true;
  return Join({
      AttentionInEveryFormat<LastBlockDropped>(
          {.text = "O59: only whole blocks of 16 keys are looked at, once there is one", .name = "last_block_dropped"}),
      AttentionInEveryFormat<PaddingCounted>(
          {.text = "O40, O41: the last block is filled with zeros, which count as keys with a score of 0",
           .name = "padding_counted"}),
      AttentionInEveryFormat<StaleTail>(
          {.text = "O38, O41: a partial last block is filled with what the block before it left there",
           .name = "stale_tail"}),
      AttentionInEveryFormat<WeightsInBf16>(
          {.text = "O16: the weights are rounded to bf16 before they meet v, which the claim does not say",
           .name = "weights_in_bf16"}),
      AttentionInEveryFormat<OneMaximumForAll>(
          {.text = "O08: the maximum is taken over all queries: those far below it vanish",
           .contract = same_anywhere,
           .name = "one_maximum_for_all"}),
      InEveryFormat<WritesAQueryTooMany>(
          {.text = "O40, O47: queries come in fours: after three, a fourth is written too",
           .claim = AttentionClaim(),
           .operation = Operation::attention,
           .name = "writes_a_query_too_many"}),
  });
}

}  // namespace softmax_verify::corpus
