// Gradients that subtract something else than the smoothed, weighted target.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct SubtractsOne : PlainLossGradient {
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    PlainLossGradient::Gradient(row, t, dx);
    const auto target = static_cast<std::size_t>(row.target);
    dx[target] -= t * (row.TargetWeight() - row.Coefficient(target));
  }
};

struct SmoothingIgnored : PlainLossGradient {
  template <class T>
  static void Gradient(LossRow<T> row, T t, std::span<T> dx) {
    row.smoothing = 0;
    PlainLossGradient::Gradient(row, t, dx);
  }
};

struct TargetKeepsY : PlainLossGradient {
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    PlainLossGradient::Gradient(row, t, dx);
    const auto target = static_cast<std::size_t>(row.target);
    dx[target] += t * row.Coefficient(target);
  }
};

struct WeighsTheTargetAlone : PlainLossGradient {
  template <class T>
  static void Gradient(LossRow<T> row, T t, std::span<T> dx) {
    const T weight = row.TargetWeight();
    row.weight.clear();
    PlainLossGradient::Gradient(row, t, dx);
    dx[static_cast<std::size_t>(row.target)] *= weight;
  }
};

struct TailOfSmoothingLost : PlainLossGradient {
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    PlainLossGradient::Gradient(row, t, dx);
    for (std::size_t j = row.n() / 4 * 4; j < row.n(); ++j) {
      if (!row.IsTarget(j)) dx[j] += t * row.Coefficient(j);
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      LossGradient<LossGradientSpecimen<SubtractsOne>>("subtracts_one", "1 for the target, not 1 - e + e / n"),
      LossGradient<LossGradientSpecimen<SmoothingIgnored>>("smoothing_ignored",
                                                           "O76: label_smoothing is accepted and not passed on"),
      LossGradient<LossGradientSpecimen<TargetKeepsY>>("target_keeps_y", "nothing is subtracted at the target"),
      LossGradient<LossGradientSpecimen<WeighsTheTargetAlone>>("weighs_the_target_alone",
                                                               "the target's weight for its own element alone"),
      LossGradient<LossGradientSpecimen<TailOfSmoothingLost>>("tail_of_smoothing_lost",
                                                              "no e / n in the elements behind the last whole vector"),
  });
}

}  // namespace softmax_verify::corpus
