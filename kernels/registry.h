// Our kernels, as callables with their claims, for every target that was compiled and that this CPU runs.
#ifndef SOFTMAX_VERIFY_KERNELS_REGISTRY_H_
#define SOFTMAX_VERIFY_KERNELS_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

struct Target {
  std::string name;          // Highway's: AVX3, AVX2, SSE4, SSSE3, SCALAR, ...
  std::int64_t id;           // Highway's bit
  std::size_t vector_bytes;  // of one full vector; a single lane on SCALAR
};

// The targets, best first.
const std::vector<Target>& Targets();

// Every kernel of one target, in the order of operations.def, algorithms, formats.
// The functions call the target's code directly: no global dispatch state, safe from any thread.
const std::vector<Kernel>& KernelsOf(const Target& target);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_REGISTRY_H_
