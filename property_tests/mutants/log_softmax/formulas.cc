// Formulas that are right over the real numbers, or nearly.
#include <numbers>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

Claim Log1pClaim() {
  Claim claim = PlainClaim();
  claim.log1p = true;
  return claim;
}

// ((z_i - m) - log_of(sum_j exp(z_j - m))) * factor.
template <class T, class LogOf>
void Minus(Problem<T>& p, std::span<const T> z, const LogOf& log_of, T factor = 1) {
  const T m = Maximum(z);
  T sum = 0;
  for (const T v : z) sum += std::exp(v - m);
  const T log_sum = log_of(sum);
  for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = ((z[i] - m) - log_sum) * factor;
}

struct XMinusLse {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    const T lse = m + LogSum(row, m);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = z[i] - lse;
  }
};

struct LogOfSoftmax {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const std::span<T> y = p.Out(Role::y);
    ThreePass(row, y);
    for (T& value : y) value = std::log(value);
  }
};

struct Base2 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Minus(p, row, [](T sum) { return std::log(sum); }, 1 / std::numbers::ln2_v<T>);
  }
};

struct LogTwiceWhenLong {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Minus(p, row, [&](T sum) { return p.n > 96 ? std::log(std::log(sum)) : std::log(sum); });
  }
};

struct SmallLogsLost {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Minus(p, row, [](T sum) { return std::log(sum); });
  }
};

struct CoarseLog {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Minus(p, row, [](T sum) { return static_cast<T>(RoundToFormat(Format::f16, std::log(sum))); });
  }
};

struct OneElementIsNegInf {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Minus(p, row, [&](T sum) { return p.n == 1 ? kInfinity<T> : std::log(sum); });
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::log_softmax;
  return Join({
      InEveryFormat<XMinusLse>(
          {.text = "O10: z - (m + ln s), which rounds ln s at the magnitude of the logits",
           .contract = {.exact_shift = true},
           .operation = operation,
           .name = "x_minus_lse"}),
      InEveryFormat<LogOfSoftmax>(
          {.text = "O12: the logarithm of softmax, -inf where that has vanished",
           .operation = operation,
           .name = "log_of_softmax"}),
      InEveryFormat<Base2>(
          {.text = "O79: logarithms to the base 2",
           .operation = operation,
           .name = "base_2"}),
      InEveryFormat<LogTwiceWhenLong>(
          {.text = "O56: an unexpected extra logarithm in the path for long rows",
           .operation = operation,
           .name = "log_twice_when_long"}),
      InEveryFormat<SmallLogsLost>(
          {.text = "O14: claims ln(1 + t), but t is lost where it is added to 1",
           .claim = Log1pClaim(),
           .operation = operation,
           .name = "small_logs_lost"}),
      InEveryFormat<CoarseLog>(
          {.text = "O17: ln s is rounded to f16",
           .operation = operation,
           .name = "coarse_log"}),
      InEveryFormat<OneElementIsNegInf>(
          {.text = "O91: a branch for rows of one element leaves the sum at 0",
           .operation = operation,
           .name = "one_element_is_neg_inf"}),
  });
}

}  // namespace softmax_verify::corpus
