// Rows for a kernel: logits of a family, and everything else that the kernel takes. Property tests, the command line and
// reports all draw here.
#ifndef SOFTMAX_VERIFY_VERIFY_DRAW_H_
#define SOFTMAX_VERIFY_VERIFY_DRAW_H_

#include <cstddef>

#include "softmax_verify/row.h"
#include "verify/families.h"
#include "verify/random.h"

namespace softmax_verify {

// n logits (keys of attention) in each of one or a few rows: more than one where rows depend on each other. The other
// operands are of random kinds, hard ones among them: gradients that are one-hot, constant, or nearly cancel; masks with
// nothing kept; targets that are ignored. Nullable operands are left out half of the time. Saved results (y, out, lse of
// a backward operation) are the rounded exact ones of the forward operation, now and then disturbed.
// Of the parameters that the signature heeds, those in `fixed` are as in `parameters`, the others drawn; `depth` of queries
// and keys: 0 for any.
Row Draw(const Signature& signature, const Family& family, std::size_t n, Random& random,
         const Parameters& parameters = {}, ParameterSet fixed = {}, std::size_t depth = 0);

// About how many exponentials' worth of work the exact results of a row of n logits are; n for softmax.
double WorkOf(Operation operation, std::size_t n);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_DRAW_H_
