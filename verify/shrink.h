// Shrinking: simpler rows that may still fail. RapidCheck's generators and the command line both use it.
#ifndef SOFTMAX_VERIFY_VERIFY_SHRINK_H_
#define SOFTMAX_VERIFY_VERIFY_SHRINK_H_

#include <functional>
#include <vector>

#include "verify/case.h"

namespace softmax_verify {

// Rows simpler than `row`, the boldest first: halves and single elements removed, parameters back to 1, then single
// elements (and all at once) replaced by 0, by integers, by values with fewer significant bits. Every candidate is
// strictly simpler in a well-founded order, so repeated shrinking ends. -inf, +inf and NaN stay or become 0.
std::vector<Row> SimplerRows(const Row& row);

// The simplest row reached greedily from `row` that still fails; at most `budget` trials.
Row Shrink(Row row, const std::function<bool(const Row&)>& fails, std::size_t budget = 2000);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_SHRINK_H_
