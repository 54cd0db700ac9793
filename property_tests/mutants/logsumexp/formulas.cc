// Formulas that are nearly right.
#include <numbers>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

Claim Log1pClaim() {
  Claim claim = PlainClaim();
  claim.log1p = true;
  return claim;
}

struct WithoutMaximum {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    p.Out(Role::lse)[0] = LogSum(row, Maximum(row));
  }
};

struct Base2 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = (m + LogSum(row, m)) / std::numbers::ln2_v<T>;
  }
};

struct LogOfMean {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + (LogSum(row, m) - std::log(static_cast<T>(p.n)));
  }
};

struct UnscaledMaximum {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    p.Out(Role::lse)[0] = Maximum(p[Role::x]) + LogSum(row, Maximum(row));
  }
};

struct SmallLogsLost {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + LogSum(row, m);
  }
};

struct NoShift {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    p.Out(Role::lse)[0] = LogSum(row, T{0});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::logsumexp;
  return Join({
      InEveryFormat<WithoutMaximum>(
          {.text = "The maximum is subtracted, but not added again",
           .operation = operation,
           .name = "without_maximum"}),
      InEveryFormat<Base2>(
          {.text = "O79: the logarithm to the base 2",
           .operation = operation,
           .name = "base_2"}),
      InEveryFormat<LogOfMean>(
          {.text = "The logarithm of the mean of the exponentials",
           .operation = operation,
           .name = "log_of_mean"}),
      InEveryFormat<UnscaledMaximum>(
          {.text = "O84: the maximum that is added again is not scaled",
           .operation = operation,
           .name = "unscaled_maximum"}),
      InEveryFormat<SmallLogsLost>(
          {.text = "O14: claims ln(1 + t), but t is lost where it is added to 1",
           .claim = Log1pClaim(),
           .operation = operation,
           .name = "small_logs_lost"}),
      InEveryFormat<NoShift>(
          {.text = "O01: the exponentials of the logits themselves, which overflow",
           .operation = operation,
           .name = "no_shift"}),
  });
}

}  // namespace softmax_verify::corpus
