// The state of the floating-point unit that a kernel must leave as it found it.
#ifndef SOFTMAX_VERIFY_VERIFY_FP_CONTROL_H_
#define SOFTMAX_VERIFY_VERIFY_FP_CONTROL_H_

#include <cstdint>

namespace softmax_verify {

// Control state of the floating-point unit, without the sticky exception flags.
struct FpControl {
  std::uint64_t bits = 0;
  static FpControl Read();
  void Write() const;
  friend bool operator==(const FpControl&, const FpControl&) = default;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FP_CONTROL_H_
