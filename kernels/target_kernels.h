// What an operation's file hands to the registry: its kernels as compiled for one target.
#ifndef SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_
#define SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_

#include <vector>

#include "kernels/rows.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

using KernelFunction = Status (*)(const void* x, void* y, const Layout& layout, const Parameters& parameters);

struct TargetKernel {
  const char* algorithm;
  Format format;
  Claim claim;
  Contract contract;
  KernelFunction run;
};

// A row function over every layout.
template <RowFunction kRow, Format kFormat>
Status Over(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
  return RunRows(kRow, kFormat, x, y, layout, parameters);
}

// <operation>_kernels(): for the target that Highway would choose now. A row of operations.def without its file in
// kernels/ fails to link.
#define SV_OPERATION(name, shape, definition) std::vector<TargetKernel> name##_kernels();
#include "softmax_verify/operations.def"
#undef SV_OPERATION

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_
