// For the specimens of cross_entropy and cross_entropy_backward: each in a few pieces, of which a specimen replaces one.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_LOSS_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_LOSS_SPECIMEN_H_

#include <string>
#include <utility>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {

// A row with its target, in arithmetic T.
template <class T>
struct LossRow {
  std::vector<T> z;       // scaled first
  std::vector<T> weight;  // empty: 1
  std::int64_t target = 0;
  std::int64_t ignore_index = 0;
  T smoothing = 0;

  std::size_t n() const { return z.size(); }
  bool IsTarget(std::size_t k) const { return static_cast<std::int64_t>(k) == target; }
  bool IsIgnored() const { return target == ignore_index; }
  T Weight(std::size_t k) const { return weight.empty() ? T{1} : weight[k]; }
  T TargetWeight() const { return Weight(static_cast<std::size_t>(target)); }
  // c_k.
  T Coefficient(std::size_t k) const {
    const T share = smoothing / static_cast<T>(n());
    return (IsTarget(k) ? 1 - smoothing + share : share) * Weight(k);
  }
  T SumOfCoefficients() const {
    T sum = 0;
    for (std::size_t k = 0; k < n(); ++k) sum += Coefficient(k);
    return sum;
  }
  T Sum(T maximum) const {
    T sum = 0;
    for (const T value : z) sum += std::exp(value - maximum);
    return sum;
  }
};
template <class T, class U>
LossRow<T> LossRowOf(const Problem<U>& p, std::size_t i) {
  LossRow<T> row;
  for (const U x : p[Role::x].subspan(i * p.n, p.n)) {
    row.z.push_back(static_cast<T>(static_cast<double>(x) * p.parameters.scale / p.parameters.temperature));
  }
  row.weight.assign(p[Role::weight].begin(), p[Role::weight].end());
  row.target = p.Integers(Role::targets)[i];
  row.ignore_index = p.parameters.ignore_index;
  row.smoothing = static_cast<T>(p.parameters.label_smoothing);
  return row;
}

struct PlainLoss {
  template <Format F>
  using Arithmetic = Real<F>;

  // Of a row that is not ignored.
  template <class T>
  static T Loss(const LossRow<T>& row) {
    const T m = Maximum(std::span<const T>(row.z));
    const T log_sum = std::log(row.Sum(m));
    T loss = 0;
    for (std::size_t k = 0; k < row.n(); ++k) {
      const T c = row.Coefficient(k);
      if (c != 0) loss += c * (m - row.z[k]);
    }
    return loss + row.SumOfCoefficients() * log_sum;
  }
  // Of any row.
  template <class S, class T>
  static T LossOrNothing(const LossRow<T>& row) {
    return row.IsIgnored() ? T{0} : S::template Loss<T>(row);
  }
  // What a row adds to that which a mean is over.
  template <class T>
  static T Share(const LossRow<T>& row) {
    return row.IsIgnored() ? T{0} : row.TargetWeight();
  }
  template <class T>
  static T Mean(T sum, T shares) {
    return sum / shares;
  }
};

template <class S>
struct LossSpecimen {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = typename S::template Arithmetic<F>;
    T sum = 0, shares = 0;
    for (std::size_t i = 0; i < p.m; ++i) {
      const LossRow<T> row = LossRowOf<T>(p, i);
      const T loss = S::template LossOrNothing<S, T>(row);
      sum += loss;
      shares += S::template Share<T>(row);
      if (p.parameters.reduction == Reduction::none) p.Out(Role::loss)[i] = static_cast<Real<F>>(loss);
    }
    if (p.parameters.reduction == Reduction::sum) p.Out(Role::loss)[0] = static_cast<Real<F>>(sum);
    if (p.parameters.reduction == Reduction::mean) {
      p.Out(Role::loss)[0] = static_cast<Real<F>>(S::template Mean<T>(sum, shares));
    }
  }
};

struct PlainLossGradient {
  // t of row i of the problem.
  template <class T>
  static T Upstream(const Problem<T>& p, std::size_t i) {
    const auto dloss = p[Role::dloss];
    return dloss.empty() ? T{1} : dloss[p.parameters.reduction == Reduction::none ? i : 0];
  }
  template <class T>
  static T Factor(const Parameters& parameters) {
    return static_cast<T>(parameters.scale / parameters.temperature);
  }
  template <class T>
  static T Share(const LossRow<T>& row) {
    return PlainLoss::Share(row);
  }
  // Of a row that is not ignored.
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    const T m = Maximum(std::span<const T>(row.z));
    const T sum = row.Sum(m);
    const T total = row.SumOfCoefficients();
    for (std::size_t j = 0; j < row.n(); ++j) {
      dx[j] = t * (total * (std::exp(row.z[j] - m) / sum) - row.Coefficient(j));
    }
  }
  // Of any row; dx is 0 beforehand.
  template <class S, class T>
  static void GradientOrNothing(const LossRow<T>& row, T t, std::span<T> dx) {
    if (!row.IsIgnored()) S::template Gradient<T>(row, t, dx);
  }
};

template <class S>
struct LossGradientSpecimen {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    T shares = 0;
    for (std::size_t i = 0; i < p.m; ++i) shares += S::template Share<T>(LossRowOf<T>(p, i));
    if (p.parameters.reduction != Reduction::mean) shares = 1;
    for (std::size_t i = 0; i < p.m; ++i) {
      const T t = S::template Upstream<T>(p, i) / shares * S::template Factor<T>(p.parameters);
      S::template GradientOrNothing<S, T>(LossRowOf<T>(p, i), t, p.Out(Role::dx).subspan(i * p.n, p.n));
    }
  }
};

// A whole call of it, for those that do more or less than that.
template <class S, Operation kOperation, Format F>
Status SolveLoss(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  return SolveRows<S, F>(FullSignature(kOperation, F), operands, layout, parameters);
}
// The same with other targets, each changed(target).
template <class S, Operation kOperation, Format F, class Change>
Status SolveWithTargets(const Operands& operands, const Layout& layout, const Parameters& parameters,
                        const Change& changed) {
  const std::size_t rows = layout.axis == 0 ? 0 : layout.outer * layout.inner;
  const auto* const given = operands.In<std::int64_t>(Role::targets);
  std::vector<std::int64_t> targets;
  for (std::size_t i = 0; i < rows; ++i) targets.push_back(changed(given[i]));
  Operands others = operands;
  others.Set(Role::targets, targets.data());
  return SolveLoss<S, kOperation, F>(others, layout, parameters);
}

// Takes any target, as the class that is left of it modulo n: another than the caller's, but no read elsewhere.
template <class S, Operation kOperation>
struct TakesAnyTarget {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    return SolveWithTargets<S, kOperation, F>(operands, layout, parameters, [&](std::int64_t target) {
      const auto n = static_cast<std::int64_t>(layout.axis);
      return target == parameters.ignore_index ? target : (target % n + n) % n;
    });
  }
};

// Reads w[target] of every row before it asks whether the row is ignored.
template <class S, Operation kOperation>
struct WeightBeforeIgnore {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const Status status = SolveLoss<S, kOperation, F>(operands, layout, parameters);
    const auto* const weight = operands.In<char>(Role::weight);
    const std::size_t rows = layout.axis == 0 ? 0 : layout.outer * layout.inner;
    for (std::size_t i = 0; i < rows && weight != nullptr && status == Status::ok; ++i) {
      const std::int64_t target = operands.In<std::int64_t>(Role::targets)[i];
      static_cast<void>(static_cast<const volatile char*>(weight)[target * static_cast<int>(Info(F).bytes)]);
    }
    return status;
  }
};

template <class S>
std::vector<Specimen> Loss(std::string name, std::string text) {
  return InEveryFormat<S>({.text = std::move(text), .operation = Operation::cross_entropy, .name = std::move(name)});
}
template <class S>
std::vector<Specimen> LossGradient(std::string name, std::string text) {
  return InEveryFormat<S>(
      {.text = std::move(text), .operation = Operation::cross_entropy_backward, .name = std::move(name)});
}

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_LOSS_SPECIMEN_H_
