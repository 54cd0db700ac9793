// Runs kernels over the input families, or over a file of logits, and records what came out.
#ifndef SOFTMAX_VERIFY_REPORTS_SWEEP_H_
#define SOFTMAX_VERIFY_REPORTS_SWEEP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "reports/record.h"
#include "reports/rows.h"

namespace softmax_verify {

struct SweepOptions {
  std::vector<Kernel> kernels;  // of any operations, formats and targets
  const Effort* effort = FindEffort("normal");
  std::vector<const Family*> families;  // none of them special; empty: all
  std::vector<std::size_t> lengths;     // empty: those of the effort and of each family
  // If not 0: the number of results to compare in each format at least, spread evenly over operations, families and
  // lengths, whatever the effort says of rows.
  std::uint64_t elements = 0;
  // Rows of logits in place of the families; RequireLogits holds for every format, NeedsLogitsAlone for every kernel.
  std::optional<Matrix> input;
  std::size_t threads = 0;  // 0: as many as the machine has
};

// Every kernel on the same rows, their exact results computed once. Special families are left to the special-row
// matrix. The record depends on kernels, effort or elements, input, and on seed and parameters in `context`; not on
// threads. Progress goes to standard error if that is a terminal.
Record Sweep(const SweepOptions& options, Context context);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_SWEEP_H_
