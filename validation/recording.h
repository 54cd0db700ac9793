// The calls that a law made of a stranger's function, byte by byte, each result beside what is proved for it: what it
// takes to show a failure without this project (render_c.cc).
#ifndef SOFTMAX_VERIFY_VALIDATION_RECORDING_H_
#define SOFTMAX_VERIFY_VALIDATION_RECORDING_H_

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "property_tests/laws.h"
#include "reference/reference.h"
#include "validation/law_run.h"
#include "verify/foreign_kernel.h"

namespace softmax_verify {

// One result of a recorded call.
struct RecordedResult {
  static constexpr std::size_t kReturned = std::numeric_limits<std::size_t>::max();

  std::string name;  // "y[3]", of its row; "row 2, y[3]" where there are several
  Format format{};
  std::size_t row = 0;      // of the rows of the call, those that depend on each other being one
  std::size_t element = 0;  // of the results of that row, flat (PartsOf)
  std::size_t buffer = 0;   // that holds it; kReturned: it is what the function returned
  std::size_t byte = 0;
  double got = 0;
  reference::Enclosure exact;
  // |got - exact| <= bound 2^unit is proved, where it is claimed.
  bool claimed = false;
  long unit = 0;
  double bound = 0;

  double Error() const;  // in 2^unit; infinite for a NaN
  bool IsBeyond() const;
};

struct RecordedCall {
  CallRecord record;
  std::vector<RecordedResult> results;  // where it came back
};

// The calls of a law on a row that breaks it. None where they do not show it by themselves: the law holds this time, or
// a process that has just begun gets other results from the same calls.
std::vector<RecordedCall> RecordLaw(ForeignKernel* foreign, const Kernel& kernel, const Law& law, const Trial& trial);

// "x = {nan, 0}": the numbers that the calls were made with, where they are few and not those of the row.
std::string CalledWith(const Kernel& kernel, const std::vector<RecordedCall>& calls, const Row& row);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_RECORDING_H_
