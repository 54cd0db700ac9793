#include "verify/fp_control.h"

#include <cfenv>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace softmax_verify {

FpControl FpControl::Read() {
#if defined(__x86_64__)
  std::uint16_t x87;
  asm volatile("fnstcw %0" : "=m"(x87));
  return {std::uint64_t{_mm_getcsr() & ~0x3Fu} << 16 | x87};
#elif defined(__aarch64__)
  std::uint64_t fpcr;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  return {fpcr};
#else
  return {static_cast<std::uint64_t>(std::fegetround())};
#endif
}

void FpControl::Write() const {
#if defined(__x86_64__)
  const auto x87 = static_cast<std::uint16_t>(bits);
  asm volatile("fldcw %0" : : "m"(x87));
  _mm_setcsr(static_cast<unsigned>(bits >> 16));
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" : : "r"(bits));
#else
  std::fesetround(static_cast<int>(bits));
#endif
}

}  // namespace softmax_verify
