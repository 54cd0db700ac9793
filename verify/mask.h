// Which entries of a row of scores take part.
#ifndef SOFTMAX_VERIFY_VERIFY_MASK_H_
#define SOFTMAX_VERIFY_VERIFY_MASK_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "softmax_verify/row.h"

namespace softmax_verify {

// Of row i of m, by its byte mask and the causal limit; a bias or a logit of -inf is no mask here.
inline std::vector<bool> KeptColumns(const Row& row, std::size_t i) {
  const std::size_t n = row.GetShape().n;
  const auto mask = row.Slice(Role::mask, i);
  std::size_t limit = n;
  if (row.parameters.causal == Causal::top_left) limit = std::min(i + 1, n);
  if (row.parameters.causal == Causal::bottom_right) limit = i + 1 + n < row.m ? 0 : std::min(i + 1 + n - row.m, n);
  std::vector<bool> keep(n);
  for (std::size_t j = 0; j < limit; ++j) keep[j] = mask.empty() || mask[j] != 0;
  return keep;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_MASK_H_
