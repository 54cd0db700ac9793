// Rows that are ignored in the wrong way, targets that are not checked, memory that is written too early.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

constexpr Operation kOperation = Operation::cross_entropy_backward;
using Plain = LossGradientSpecimen<PlainLossGradient>;

struct IgnoredByAProduct : PlainLossGradient {
  template <class S, class T>
  static void GradientOrNothing(LossRow<T> row, T t, std::span<T> dx) {
    const T keep = row.IsIgnored() ? T{0} : T{1};
    if (row.IsIgnored()) row.target = 0;
    PlainLossGradient::Gradient(row, t, dx);
    for (T& value : dx) value *= keep;
  }
};

struct IgnoredKeepsY : PlainLossGradient {
  template <class S, class T>
  static void GradientOrNothing(const LossRow<T>& row, T t, std::span<T> dx) {
    if (!row.IsIgnored()) return PlainLossGradient::Gradient(row, t, dx);
    const T m = Maximum(std::span<const T>(row.z));
    for (std::size_t j = 0; j < row.n(); ++j) dx[j] = t * (std::exp(row.z[j] - m) / row.Sum(m));
  }
};

struct ClearsFirst {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    if (AreTargets(operands.In<std::int64_t>(Role::targets), layout, parameters) &&
        AreValid(parameters, Info(kOperation).parameters, Info(F).compute)) {
      const Place place = PlaceOf(*Info(kOperation).operands.Find(Role::dx), layout, parameters.reduction);
      const std::size_t rows = place.elements == 0 ? 0 : layout.outer * layout.inner;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t e = 0; e < place.each; ++e) Store(F, operands.Out(Role::dx), place.Index(r, e), 0);
      }
    }
    return SolveLoss<Plain, kOperation, F>(operands, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      LossGradient<LossGradientSpecimen<IgnoredByAProduct>>("ignored_by_a_product",
                                                            "an ignored row's gradient times 0, which a NaN survives"),
      LossGradient<LossGradientSpecimen<IgnoredKeepsY>>("ignored_keeps_y",
                                                        "an ignored row has no target to subtract, but keeps softmax"),
      LossGradient<ClearsFirst>("clears_first", "dx is filled with 0 before x is read, which may be the same memory"),
      LossGradient<TakesAnyTarget<Plain, kOperation>>("takes_any_target",
                                                      "O73: a target outside [0, n) gives some plausible gradient"),
      LossGradient<WeightBeforeIgnore<Plain, kOperation>>(
          "weight_before_ignore", "O46: w[target] is read before the row is found to be ignored"),
  });
}

}  // namespace softmax_verify::corpus
