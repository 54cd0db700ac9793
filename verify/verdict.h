// What is said of a kernel.
#ifndef SOFTMAX_VERIFY_VERIFY_VERDICT_H_
#define SOFTMAX_VERIFY_VERIFY_VERDICT_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace softmax_verify {

enum class Verdict {
  passed,      // every comparison within what is proved
  failed,      // at least one outside
  mistrusted,  // agreement on too few informative outputs to mean much
  unclaimed,   // measured, nothing promised
  skipped,     // not done, with a reason
};
inline constexpr std::array<std::string_view, 5> kVerdictNames = {"PASSED", "FAILED", "MISTRUSTED", "UNCLAIMED", "SKIPPED"};
constexpr std::string_view Name(Verdict verdict) { return kVerdictNames[static_cast<std::size_t>(verdict)]; }
constexpr std::optional<Verdict> ParseVerdict(std::string_view name) {
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    if (kVerdictNames[i] == name) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

// How little a verdict says for a kernel: the less the better.
constexpr int Rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return 0;
    case Verdict::mistrusted:
      return 1;
    case Verdict::unclaimed:
      return 2;
    case Verdict::skipped:
      return 3;
    case Verdict::failed:
      break;
  }
  return 4;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_VERDICT_H_
