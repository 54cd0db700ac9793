// Tries laws on kernels, and keeps for each pair what happened and one shrunk counterexample.
#ifndef SOFTMAX_VERIFY_VALIDATION_LAW_RUN_H_
#define SOFTMAX_VERIFY_VALIDATION_LAW_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "property_tests/laws.h"
#include "reports/record.h"
#include "verify/case.h"
#include "verify/verdict.h"

namespace softmax_verify {

// A row, and the law's own choices on it.
struct Trial {
  Row row;
  std::uint64_t salt = 0;
};

struct Counterexample {
  Trial trial;  // shrunk
  Violation violation;
  std::string called;  // "x = {nan, 0}": what a stranger's kernel was called with, where the law made more of the row
};

// What became of one law on one kernel.
struct LawResult {
  const Kernel* kernel;
  const Law* law;
  std::uint64_t held = 0;
  std::uint64_t vacuous = 0;
  std::uint64_t broken = 0;
  std::optional<Counterexample> counterexample;  // when broken

  // FAILED; MISTRUSTED when no trial met the law's hypothesis; else PASSED.
  Verdict Judge() const;
};

// Trial `index` of a law for kernels of a signature.
using TrialSource = std::function<Trial(const Law&, const Signature&, std::uint64_t index)>;

// Random rows: every other one from the family in which the law bites, the others from all families in turn, with
// lengths from one logit to some vectors, now and then longer. Parameters that are not given are drawn.
// Lengths and depths other than 0 are those of every row.
TrialSource RandomTrials(std::uint64_t seed, const GivenParameters& parameters, std::size_t length = 0, std::size_t depth = 0);

// `trials` of each law that covers a kernel, the same for all kernels of a signature. Ordered by kernel, then law; does
// not depend on `threads` (0: as many as the machine has). Calls that a stranger's declaration cannot express, or that
// did not come back, are vacuous. A counterexample is the simplest of `budget` rows, with the parameters that the kernel
// does not take as they were.
std::vector<LawResult> RunLaws(const std::vector<Kernel>& kernels, const std::vector<const Law*>& laws,
                               const TrialSource& source, std::uint64_t trials, std::size_t threads,
                               std::size_t budget = 2000);

// One trial of a law; vacuous where the call cannot be had.
Outcome TryLaw(const Law& law, const Kernel& kernel, const Case& row, std::uint64_t salt);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_LAW_RUN_H_
