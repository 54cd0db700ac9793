// The verdict on a stranger's kernel: every law that applies, its accuracy, the class of arithmetic that its errors fit,
// and what it did to its surroundings.
#ifndef SOFTMAX_VERIFY_VALIDATION_VALIDATION_H_
#define SOFTMAX_VERIFY_VALIDATION_VALIDATION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validation/law_run.h"
#include "validation/recording.h"
#include "reports/record.h"
#include "verify/declaration.h"
#include "verify/foreign_call.h"
#include "verify/foreign_kernel.h"

namespace softmax_verify {

// What somebody says of a kernel: all that a run depends on, as text, so that it can be kept in a file.
struct ValidationRequest {
  std::string library;                             // the one or the other; neither: of a source that is no text
  std::string command;                             // of a process (verify/foreign_process.h)
  std::string declaration;
  std::string operation, dtype;                    // "": as the declaration says
  std::string accumulation = "sequential";
  double exp_ulp = 2;
  std::map<std::string, std::string> roles;        // --role name=role
  std::map<std::string, std::string> expect;       // --expect key=value
  std::map<std::string, std::string> parameters;   // by their names in parameters.def
  std::uint64_t seed = 1;
  std::string effort = "normal";
  bool stop_at_first_failure = false;              // once something FAILED nothing more is tried, and no row is shrunk
};

// What the verdict on a kernel depends on besides the kernel itself, by name: all of the request but where it lies.
std::map<std::string, std::string> RunKeyOf(const ValidationRequest& request);

// The accuracy of the results, and what it means.
struct AccuracySummary {
  std::string kernel;              // the operation: a kernel may leave a logsumexp beside its results
  Cell cell;                       // over all rows of the sweep; UNCLAIMED where nothing is proved
  std::string tightest;            // of the accumulation classes, that of the smallest bound that the errors fit; "none"
  bool torch_defaults = true;      // within the standard tolerances of torch.testing.assert_close
  std::uint64_t rows = 0;
  std::uint64_t not_numbers = 0;   // further rows with an infinity or a NaN that laws allow where the exact result is a number
  std::size_t shortest = 0, longest = 0;
  // Of kernels that there is one of ours to compare with: no error is more than twice the largest of ours on these rows.
  std::optional<bool> within_twice_ours;
};

// What the kernel makes of a row with NaN, infinities, or nothing to add up: the names of reports/special_rows.h.
struct SpecialRowOutcome {
  std::string row, outcome;
};

struct Validation {
  ValidationRequest request;
  Declaration declaration;
  std::vector<Kernel> kernels;     // of laws and summaries; their functions are no longer to be called
  std::vector<LawResult> laws;
  std::vector<std::vector<RecordedCall>> calls;  // of each law: those that show its counterexample
  std::vector<std::pair<std::string, std::string>> left_out;  // laws and misbehaviours that were not looked for, and why
  std::map<Misbehaviour, FindingRecord> findings;
  std::vector<AccuracySummary> accuracy;
  std::vector<SpecialRowOutcome> special_rows;  // of operations from logits to a distribution, its logarithms or their sum
  CallCoverage coverage;
  std::optional<double> max_ulp;   // --expect max_ulp

  Verdict Overall() const;
};

// Of the function in the library or behind the command. `ours`: kernels in the same formats to compare errors with, for
// information. Throws std::invalid_argument where the request makes no sense, and LoadError.
Validation Validate(const ValidationRequest& request, const std::vector<Kernel>& ours = {});
// Of whatever the source makes: a callable of this process, a binding's. It runs in children that are forked from this
// process as it is now.
Validation Validate(const ValidationRequest& request, const FunctionSource& source, const std::vector<Kernel>& ours = {});

// One law on one row again, or for kFindings all that there was; what came of it.
inline constexpr std::string_view kFindings = "findings";
struct Replay {
  bool failed = false;
  std::string what;
};
Replay ReplayTrial(const ValidationRequest& request, std::string_view operation, std::string_view law,
                   const std::string& row, std::uint64_t salt);

// What a file of KeepFailures holds, again. Throws std::invalid_argument where it holds none, and LoadError.
Replay ReplayFile(const std::string& path);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_VALIDATION_H_
