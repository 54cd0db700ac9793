// Losses by formulas that lose something.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct LseMinusLogit : PlainLoss {
  template <class T>
  static T Loss(const LossRow<T>& row) {
    const T m = Maximum(std::span<const T>(row.z));
    const T lse = m + std::log(row.Sum(m));
    T loss = 0;
    for (std::size_t k = 0; k < row.n(); ++k) {
      if (row.Coefficient(k) != 0) loss += row.Coefficient(k) * (lse - row.z[k]);
    }
    return loss;
  }
};

struct LogOfSoftmax : PlainLoss {
  template <class T>
  static T Loss(const LossRow<T>& row) {
    const T m = Maximum(std::span<const T>(row.z));
    const T sum = row.Sum(m);
    T loss = 0;
    for (std::size_t k = 0; k < row.n(); ++k) {
      if (row.Coefficient(k) != 0) loss -= row.Coefficient(k) * std::log(std::exp(row.z[k] - m) / sum);
    }
    return loss;
  }
};

struct UnguardedFirstBlock : PlainLoss {
  template <class T>
  static T Loss(const LossRow<T>& row) {
    T m = -kInfinity<T>, sum = 0;
    for (std::size_t begin = 0; begin < row.n(); begin += 16) {
      const auto block = std::span<const T>(row.z).subspan(begin, std::min<std::size_t>(16, row.n() - begin));
      const T larger = std::max(m, Maximum(block));
      sum *= std::exp(m - larger);
      for (const T value : block) sum += std::exp(value - larger);
      m = larger;
    }
    T loss = 0;
    for (std::size_t k = 0; k < row.n(); ++k) {
      if (row.Coefficient(k) != 0) loss += row.Coefficient(k) * (m - row.z[k]);
    }
    return loss + row.SumOfCoefficients() * std::log(sum);
  }
};

// The ignored class is a column like the others as long as it is not the target.
struct IgnoredClassMasked : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    if (row.ignore_index >= 0 && row.ignore_index < static_cast<std::int64_t>(row.n())) {
      row.z[static_cast<std::size_t>(row.ignore_index)] = -kInfinity<T>;
    }
    return PlainLoss::Loss(row);
  }
};

struct SecondThreadLost : PlainLoss {
  template <class T>
  static T Loss(const LossRow<T>& row) {
    if (row.n() <= 1000) return PlainLoss::Loss(row);
    const T m = Maximum(std::span<const T>(row.z));
    LossRow<T> first = row;
    first.z.resize(row.n() / 2);
    return PlainLoss::Loss(row) + row.SumOfCoefficients() * (std::log(first.Sum(m)) - std::log(row.Sum(m)));
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      Loss<LossSpecimen<LseMinusLogit>>("lse_minus_logit", "O11: (m + ln s) - x_t, in which a large m swallows ln s"),
      Loss<LossSpecimen<LogOfSoftmax>>("log_of_softmax", "O12: -ln y_t, which is infinite once y_t underflows"),
      Loss<LossSpecimen<UnguardedFirstBlock>>("unguarded_first_block",
                                              "O74: -inf - -inf where the first block holds nothing but -inf"),
      Loss<LossSpecimen<IgnoredClassMasked>>("ignored_class_masked",
                                             "ignore_index as a mask over the classes: it leaves every row's sum"),
      Loss<LossSpecimen<SecondThreadLost>>(
          "second_thread_lost", "O61: beyond 1000 classes two threads add to one sum, and one partial sum is lost"),
  });
}

}  // namespace softmax_verify::corpus
