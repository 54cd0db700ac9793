// Rows ignored in the wrong way, and sums over the wrong number.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct MeanOverRows : PlainLoss {
  template <class T>
  static T Share(const LossRow<T>&) {
    return 1;
  }
};

struct MeanByCount : PlainLoss {
  template <class T>
  static T Share(const LossRow<T>& row) {
    return row.IsIgnored() ? T{0} : T{1};
  }
};

struct IgnoredByAProduct : PlainLoss {
  template <class S, class T>
  static T LossOrNothing(LossRow<T> row) {
    const T keep = row.IsIgnored() ? T{0} : T{1};
    if (row.IsIgnored()) row.target = 0;
    return keep * PlainLoss::Loss(row);
  }
};

struct StandardIsNotIgnored : PlainLoss {
  // What lies at index -100 is somewhere else; here the row wraps around.
  template <class T>
  static LossRow<T> Read(LossRow<T> row) {
    if (row.target == -100 && row.ignore_index == -100) {
      row.target = static_cast<std::int64_t>((100 * row.n() - 100) % row.n());
    }
    return row;
  }
  template <class S, class T>
  static T LossOrNothing(const LossRow<T>& row) {
    return PlainLoss::LossOrNothing<PlainLoss, T>(Read(row));
  }
  template <class T>
  static T Share(const LossRow<T>& row) {
    return PlainLoss::Share(Read(row));
  }
};

struct RowsByDivision {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    if (parameters.reduction == Reduction::mean) {
      const volatile std::size_t elements = layout.outer * layout.inner * layout.axis;
      const volatile std::size_t rows = elements / layout.axis;
      static_cast<void>(rows);
    }
    return SolveLoss<LossSpecimen<PlainLoss>, Operation::cross_entropy, F>(operands, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      Loss<LossSpecimen<MeanOverRows>>("mean_over_rows", "O72: the mean is over all rows, the ignored ones too"),
      Loss<LossSpecimen<MeanByCount>>("mean_by_count", "the mean of weighted losses is over the rows, not their weights"),
      Loss<LossSpecimen<IgnoredByAProduct>>("ignored_by_a_product", "an ignored row's loss times 0, which a NaN survives"),
      Loss<LossSpecimen<StandardIsNotIgnored>>("standard_is_not_ignored",
                                               "O72: rows are ignored only if ignore_index is not -100"),
      Loss<RowsByDivision>("rows_by_division", "O93: rows = elements / columns, in the branch of the mean alone"),
  });
}

}  // namespace softmax_verify::corpus
