// What a request for a verdict says, understood: the kernel in its sandbox, what is claimed and expected of it, and how much is
// tried.
#ifndef SOFTMAX_VERIFY_VALIDATION_SETTING_H_
#define SOFTMAX_VERIFY_VALIDATION_SETTING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "reports/record.h"
#include "validation/expectations.h"
#include "validation/validation.h"
#include "verify/declaration.h"
#include "verify/foreign_call.h"
#include "verify/foreign_kernel.h"

namespace softmax_verify {

struct Effort {
  std::string_view name;
  std::uint64_t trials;      // of each law
  std::uint64_t probes;
  std::size_t every_length;  // lengths from 1 on that the sweep tries
  std::size_t longest;
  std::size_t budget;        // rows tried to shrink one
  double seconds;            // for one call
};
// Throws std::invalid_argument, one line, where there is no such effort.
const Effort& FindEffort(const std::string& name);

// The function in the library or behind the command of a request. Throws std::invalid_argument where it has neither.
FunctionSource SourceOf(const ValidationRequest& request, const Effort& effort);

struct Setting {
  Declaration declaration;
  Expectations expectations;
  std::unique_ptr<ForeignKernel> foreign;
  ParameterSet fixed;  // parameters that no call of the kernel changes
  bool is_process = false;

  GivenParameters Given() const { return {foreign->parameters(), {}}; }
  // Causal rows are asked for with the one alignment that the kernel has.
  void UseAlignment(Row* row) const;
};

// Throws std::invalid_argument, one line, where the request makes no sense.
Setting Prepare(const ValidationRequest& request, const Effort& effort, const FunctionSource& source);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_SETTING_H_
