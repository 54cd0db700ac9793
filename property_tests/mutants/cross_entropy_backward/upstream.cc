// Gradients that forget what comes from upstream, or part of the chain.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct FirstForAll {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    using Plain = LossGradientSpecimen<PlainLossGradient>;
    Operands first = operands;
    std::vector<Real<F>> all;
    if (parameters.reduction == Reduction::none && operands.Has(Role::dloss) && layout.outer * layout.axis > 0) {
      all.assign(layout.outer * layout.inner, operands.In<Real<F>>(Role::dloss)[0]);
      first.Set(Role::dloss, all.data());
    }
    return SolveLoss<Plain, Operation::cross_entropy_backward, F>(first, layout, parameters);
  }
};

struct UpstreamIgnored : PlainLossGradient {
  template <class T>
  static T Upstream(const Problem<T>&, std::size_t) {
    return 1;
  }
};

struct ScaleLeftOut : PlainLossGradient {
  template <class T>
  static T Factor(const Parameters&) {
    return 1;
  }
};

struct MeanOverRows : PlainLossGradient {
  template <class T>
  static T Share(const LossRow<T>&) {
    return 1;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      LossGradient<FirstForAll>("first_for_all", "O71: the first row's upstream gradient for all rows"),
      LossGradient<LossGradientSpecimen<UpstreamIgnored>>("upstream_ignored",
                                                          "O71: computed with the loss, as if upstream were 1"),
      LossGradient<LossGradientSpecimen<ScaleLeftOut>>("scale_left_out", "the gradient of z, not of x: no scale / temperature"),
      LossGradient<LossGradientSpecimen<MeanOverRows>>("mean_over_rows", "O72: the mean is over all rows, ignored ones too"),
  });
}

}  // namespace softmax_verify::corpus
