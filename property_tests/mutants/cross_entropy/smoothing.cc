// Label smoothing forgotten, or spread in another way than over all classes.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct SmoothingIgnored : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    row.smoothing = 0;
    return PlainLoss::Loss(row);
  }
};

struct SmoothsTheOthers : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    // 1 - e for the target and e / (n - 1) for each other is e n / (n - 1) over all.
    if (row.n() > 1) row.smoothing *= static_cast<T>(row.n()) / static_cast<T>(row.n() - 1);
    return PlainLoss::Loss(row);
  }
};

struct SmoothsRawLogits : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    const T smoothing = row.smoothing;
    T raw = 0;
    for (std::size_t k = 0; k < row.n(); ++k) raw -= row.Weight(k) * row.z[k];
    row.smoothing = 0;
    const T loss = PlainLoss::Loss(row);
    return smoothing == 0 ? loss : (1 - smoothing) * loss + smoothing / static_cast<T>(row.n()) * raw;
  }
};

struct SmoothsWithoutWeights : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    const T smoothing = row.smoothing;
    if (smoothing == 0) return PlainLoss::Loss(row);
    row.smoothing = 0;
    const T loss = PlainLoss::Loss(row);
    T others = 0;
    row.weight.clear();
    for (std::size_t k = 0; k < row.n(); ++k) {
      row.target = static_cast<std::int64_t>(k);
      others += PlainLoss::Loss(row);
    }
    return (1 - smoothing) * loss + smoothing / static_cast<T>(row.n()) * others;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      Loss<LossSpecimen<SmoothingIgnored>>("smoothing_ignored", "O76: label_smoothing is accepted and not passed on"),
      Loss<LossSpecimen<SmoothsTheOthers>>("smooths_the_others", "e / (n - 1) for every class but the target"),
      Loss<LossSpecimen<SmoothsRawLogits>>("smooths_raw_logits", "the smoothing term has no logsumexp: e / n sum_k -x_k"),
      Loss<LossSpecimen<SmoothsWithoutWeights>>("smooths_without_weights", "class weights for the target's term alone"),
  });
}

}  // namespace softmax_verify::corpus
