// The sweep: a stranger's kernel on rows of every length, measured, and fitted to the classes of accumulation.
#ifndef SOFTMAX_VERIFY_VALIDATION_SWEEP_H_
#define SOFTMAX_VERIFY_VALIDATION_SWEEP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "validation/law_run.h"
#include "validation/setting.h"
#include "validation/validation.h"

namespace softmax_verify {

struct Sweep {
  AccuracySummary summary;
  std::optional<LawResult> accuracy;  // where a row broke that law: shrunk
};
// `kept`: the kernel that a result of the law points at. `ours`: see Validate.
Sweep RunSweep(const Setting& setting, const Kernel& kernel, const Kernel& kept, const Effort& effort, std::uint64_t seed,
               const std::vector<Kernel>& ours);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_SWEEP_H_
