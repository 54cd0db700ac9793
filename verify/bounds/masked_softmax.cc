// masked_softmax: each row is a softmax over the entries that are kept, of as many terms as the row is long.
#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/bounds.h"
#include "verify/mask.h"

namespace softmax_verify::bounds {

Errors masked_softmax(const Kernel& kernel, const Case& of) {
  const Row& row = of.row();
  const std::size_t n = row.GetShape().n;
  Errors errors;
  errors.absolute.assign(row.m * n, 0);
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::vector<bool> keep = KeptColumns(row, i);
    const auto x = row.Slice(Role::x, i), bias = row.Slice(Role::bias, i);
    Values logits(x.begin(), x.end()), added(bias.begin(), bias.end());
    bool something = false;
    for (std::size_t j = 0; j < n; ++j) {
      if (keep[j]) {
        something |= logits[j] > -HUGE_VAL && (added.empty() || added[j] > -HUGE_VAL);
        if (std::isnan(logits[j])) return {};
      } else {
        logits[j] = -std::numeric_limits<double>::infinity();
        if (!added.empty()) added[j] = 0;
      }
    }
    if (!something) {  // +0, or NaN where the contract allows it (Law: nothing_to_see)
      const bool zero = kernel.contract.all_neg_inf == Contract::AllNegInf::zero;
      std::fill_n(errors.absolute.begin() + static_cast<std::ptrdiff_t>(i * n), n, zero ? 0 : HUGE_VALL);
      errors.log.insert(errors.log.end(), n, 0);
      continue;
    }
    const Errors of_row = SoftmaxErrors(kernel, Analyse(kernel, logits, added, row.parameters));
    if (!of_row.claimed) return {};
    for (std::size_t j = 0; j < n; ++j) errors.absolute[i * n + j] = of_row.absolute[j];
    errors.log.insert(errors.log.end(), of_row.log.begin(), of_row.log.end());
  }
  errors.claimed = true;
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
