// Rows that are read wrongly.
#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

Claim OnlineClaim() {
  Claim claim = PlainClaim();
  claim.rescale_step = 1;
  return claim;
}

struct FiniteSentinel {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = std::max(Maximum(row), static_cast<T>(-5e4));
    p.Out(Role::lse)[0] = m + LogSum(row, m);
  }
};

struct DropsLastTerm {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + LogSum(p.n > 1 ? row.first(p.n - 1) : row, m);
  }
};

struct F16Accumulator {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    T sum = 0;
    for (const T v : z) sum = static_cast<T>(RoundToFormat(Format::f16, sum + std::exp(v - m)));
    p.Out(Role::lse)[0] = m + std::log(sum);
  }
};

struct OnlineWithoutRescale {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    T m = -kInfinity<T>;
    T sum = 0;
    for (const T v : z) {
      m = std::max(m, v);
      if (v != -kInfinity<T>) sum += std::exp(v - m);
    }
    p.Out(Role::lse)[0] = m + std::log(sum);
  }
};

struct NanForAllNegInf {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = p.n == 1 ? z[0] : m + LogSum(row, m);
  }
};

struct NanForPosInf {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + LogSum(row, m);
  }
};

struct NanSwallowed {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    T sum = 0;
    for (const T v : z) sum += std::isnan(v) ? T{0} : std::exp(v - m);
    p.Out(Role::lse)[0] = m + std::log(sum);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::logsumexp;
  return Join({
      InEveryFormat<FiniteSentinel>(
          {.text = "O07: the maximum starts at -5e4, and rows below it vanish",
           .operation = operation,
           .name = "finite_sentinel"}),
      InEveryFormat<DropsLastTerm>(
          {.text = "O38: the last element of the row is left out of the sum",
           .operation = operation,
           .name = "drops_last_term"}),
      InEveryFormat<F16Accumulator>(
          {.text = "O17: the sum is rounded to f16 after every addition, so it sticks at 2048",
           .operation = operation,
           .name = "f16_accumulator"}),
      InEveryFormat<OnlineWithoutRescale>(
          {.text = "The running sum is not rescaled when the maximum grows",
           .claim = OnlineClaim(),
           .operation = operation,
           .name = "online_without_rescale"}),
      InEveryFormat<NanForAllNegInf>(
          {.text = "O22: NaN for -inf alone, though the contract says -inf; a row of one is returned as it is",
           .contract = {.all_neg_inf = Contract::AllNegInf::zero},
           .operation = operation,
           .name = "nan_for_all_neg_inf"}),
      InEveryFormat<NanForPosInf>(
          {.text = "O23: NaN beside +inf, though the contract says +inf",
           .contract = {.pos_inf = Contract::PosInf::one_hot},
           .operation = operation,
           .name = "nan_for_pos_inf"}),
      InEveryFormat<NanSwallowed>(
          {.text = "O25: a NaN is taken for a term that is 0",
           .operation = operation,
           .name = "nan_swallowed"}),
  });
}

}  // namespace softmax_verify::corpus
