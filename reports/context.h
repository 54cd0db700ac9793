// What the numbers of a report depend on besides the rows.
#ifndef SOFTMAX_VERIFY_REPORTS_CONTEXT_H_
#define SOFTMAX_VERIFY_REPORTS_CONTEXT_H_

#include "reports/record.h"

namespace softmax_verify {

// Commit, compiler, flags and library versions of this build, and the CPU it runs on; the rest is left to the run.
Context BuildContext();

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_CONTEXT_H_
