// masked_softmax: each row is a softmax over the entries that are kept, of as many terms as the row is long.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors masked_softmax(const Kernel& kernel, const Case& of) {
  const Row& row = of.row();
  const std::size_t n = row.GetShape().n;
  Errors errors;
  errors.absolute.assign(row.m * n, 0);
  for (std::size_t i = 0; i < row.m; ++i) {
    if (of.logits(i).kind == Logits::Kind::nothing) {  // +0, or NaN where the contract allows it (Law: nothing_to_see)
      const bool zero = kernel.contract.all_neg_inf == Contract::AllNegInf::zero;
      std::fill_n(errors.absolute.begin() + static_cast<std::ptrdiff_t>(i * n), n, zero ? 0 : HUGE_VALL);
      errors.log.insert(errors.log.end(), n, 0);
      continue;
    }
    const Errors of_row = SoftmaxErrors(kernel, Analyse(kernel, of.logits(i), row.parameters));
    if (!of_row.claimed) return {};
    for (std::size_t j = 0; j < n; ++j) errors.absolute[i * n + j] = of_row.absolute[j];
    errors.log.insert(errors.log.end(), of_row.log.begin(), of_row.log.end());
  }
  errors.claimed = true;
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
