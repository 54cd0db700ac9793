// A library that is compiled as for -ffast-math: it changes the floating-point environment of whoever loads it.
#include <xmmintrin.h>

#include <cstddef>

__attribute__((constructor)) static void FlushSubnormals() { _mm_setcsr(_mm_getcsr() | 0x8040); }

extern "C" void wild_well_behaved_softmax(const float*, float* y, std::size_t rows, std::size_t) {
  if (rows > 0) y[0] = 1;
}
