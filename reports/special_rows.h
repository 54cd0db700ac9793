// What kernels do on rows with NaN, infinities, or nothing to add up: the special-row matrix of a report.
#ifndef SOFTMAX_VERIFY_REPORTS_SPECIAL_ROWS_H_
#define SOFTMAX_VERIFY_REPORTS_SPECIAL_ROWS_H_

#include <vector>

#include "reports/record.h"

namespace softmax_verify {

// Every special row through the kernel, judged by its contract and, on rows without NaN and +inf, by its bound. Only
// for operations from logits to a distribution, its logarithms or their sum (the table of special_rows.cc); none for
// others.
std::vector<SpecialResult> RunSpecialRows(const Kernel& kernel, const Parameters& parameters);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_SPECIAL_ROWS_H_
