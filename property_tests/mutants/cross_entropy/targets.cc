// Targets that are not checked, or too late.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

constexpr Operation kOperation = Operation::cross_entropy;
using Plain = LossSpecimen<PlainLoss>;

struct ChecksWhenReduced {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    if (parameters.reduction != Reduction::none) return SolveLoss<Plain, kOperation, F>(operands, layout, parameters);
    return TakesAnyTarget<Plain, kOperation>::template Run<F>(operands, layout, parameters);
  }
};

struct In32Bits {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    return SolveWithTargets<Plain, kOperation, F>(operands, layout, parameters, [](std::int64_t target) {
      return std::int64_t{static_cast<std::int32_t>(target)};
    });
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      Loss<TakesAnyTarget<Plain, kOperation>>("takes_any_target", "O73: a target outside [0, n) gives some plausible loss"),
      Loss<ChecksWhenReduced>("checks_when_reduced", "O75: targets are checked only where losses are summed"),
      Loss<In32Bits>("in_32_bits", "targets in 32 bits: 2^32 + t counts as t"),
      Loss<WeightBeforeIgnore<Plain, kOperation>>("weight_before_ignore",
                                                  "O46: w[target] is read before the row is found to be ignored"),
  });
}

}  // namespace softmax_verify::corpus
