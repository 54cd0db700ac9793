// The scores of attention and how far a kernel's may be off: docs/error_bounds.md, "Attention".
#ifndef SOFTMAX_VERIFY_VERIFY_BOUNDS_SCORES_H_
#define SOFTMAX_VERIFY_VERIFY_BOUNDS_SCORES_H_

#include <cstddef>
#include <limits>
#include <vector>

#include "softmax_verify/kernel.h"
#include "softmax_verify/row.h"

namespace softmax_verify::bounds {

// Of one query, key by key, in long double: good to what `error` allows for.
struct Scores {
  // What is hidden has z = -inf: by a byte of the mask, whatever it holds; by the causal limit, a bias or a score of
  // -inf, if it is finite, or -inf, in all other respects.
  std::vector<long double> z;
  std::vector<long double> error;  // Delta_j: |computed z_j - z_j|
  std::vector<bool> weak;          // hidden, but not by a byte: what v holds there may matter to a kernel
  std::size_t seen = 0;
  bool is_nan = false;       // one that is seen is NaN
  bool is_infinite = false;  // or +inf
  // Sums of products stay below Omega / 4 in whatever order, scaled or not.
  bool in_range = true;

  bool IsSeen(std::size_t j) const { return !(z[j] == -std::numeric_limits<long double>::infinity()); }
};
Scores ScoresOf(const Kernel& kernel, const Row& row, std::size_t query);

// The smallest error of a result below the normal range of the format of computation.
long double Tiny(const Kernel& kernel);

// sum_c |a_c b_c|, a and b of `depth` elements.
long double AbsoluteProducts(const double* a, const double* b, std::size_t depth);

}  // namespace softmax_verify::bounds

#endif  // SOFTMAX_VERIFY_VERIFY_BOUNDS_SCORES_H_
