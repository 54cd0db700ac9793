// The error of the logarithms in kernels/log-inl.h, in units of the unit roundoff of their type.
#ifndef SOFTMAX_VERIFY_KERNELS_LOG_H_
#define SOFTMAX_VERIFY_KERNELS_LOG_H_

namespace softmax_verify {

inline constexpr double kLogErrorF32 = 1.31;
inline constexpr double kLogErrorF64 = 1.65;
inline constexpr double kLog1pErrorF32 = 1.31;
inline constexpr double kLog1pErrorF64 = 2.01;

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_LOG_H_
