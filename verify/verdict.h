// What is said of a kernel.
#ifndef SOFTMAX_VERIFY_VERIFY_VERDICT_H_
#define SOFTMAX_VERIFY_VERIFY_VERDICT_H_

#include <string_view>

namespace softmax_verify {

enum class Verdict {
  passed,      // every comparison within what is proved
  failed,      // at least one outside
  mistrusted,  // agreement on too few informative outputs to mean much
  unclaimed,   // measured, nothing promised
  skipped,     // not done, with a reason
};
constexpr std::string_view Name(Verdict verdict) {
  constexpr std::string_view names[] = {"PASSED", "FAILED", "MISTRUSTED", "UNCLAIMED", "SKIPPED"};
  return names[static_cast<int>(verdict)];
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_VERDICT_H_
