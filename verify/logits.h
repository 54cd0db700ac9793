// Rows of logits as exponentials e^(z_j - max z): what is the same for every kernel.
#ifndef SOFTMAX_VERIFY_VERIFY_LOGITS_H_
#define SOFTMAX_VERIFY_VERIFY_LOGITS_H_

#include <cstddef>
#include <vector>

#include "softmax_verify/row.h"

namespace softmax_verify {

// z = x scale / temperature + bias over the entries that are kept, in long double, where neither the factor nor a scaled
// logit overflows or vanishes. Relative errors below 2^-50.
struct Logits {
  enum class Kind {
    finite,   // something to see, and nothing special: x or bias may be -inf, which hides an entry as a mask does
    nothing,  // every entry is hidden
    special,  // NaN or +inf among those that are kept
  };
  Kind kind = Kind::nothing;
  // The rest is empty unless finite. Entries that are hidden have z = scaled = -inf and weight 0.
  bool biased = false;                // there is a bias, of zeros perhaps
  std::size_t top = 0;                // the first of the largest z
  std::vector<long double> scaled;    // x scale / temperature
  std::vector<long double> z;
  std::vector<long double> distance;  // max z - z_j
  std::vector<long double> weight;    // e^(-distance)
  long double sum = 0;                // of the weights

  long double Softmax(std::size_t j) const { return weight[j] / sum; }
};

// Of row i of m.
Logits LogitsOf(const Row& row, std::size_t i);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_LOGITS_H_
