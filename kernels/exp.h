// The proved error of the exponential in kernels/exp-inl.h, in units of the unit roundoff of its type.
#ifndef SOFTMAX_VERIFY_KERNELS_EXP_H_
#define SOFTMAX_VERIFY_KERNELS_EXP_H_

namespace softmax_verify {

inline constexpr double kExpErrorF32 = 1.43;
inline constexpr double kExpErrorF64 = 1.80;

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_EXP_H_
