// What an operation's file hands to the registry: its kernels as compiled for one target.
#ifndef SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_
#define SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_

#include <vector>

#include "kernels/rows.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

using KernelFunction = Status (*)(const Operands& operands, const Layout& layout, const Parameters& parameters);

struct TargetKernel {
  const char* algorithm;
  Signature signature;
  Claim claim;
  Contract contract;
  KernelFunction run;
};

// A row function over every layout. Of the optional operands it takes `kWith`, always; none given: all, nullable.
template <RowFunction kRow, Operation kOperation, Format kFormat, Role... kWith>
Status Over(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = sizeof...(kWith) == 0 ? FullSignature(kOperation, kFormat)
                                                               : SignatureWith(kOperation, kFormat, {kWith...});
  return RunRows(kRow, signature, operands, layout, parameters);
}

// A function that takes rows together.
template <RowFunction kRows, Operation kOperation, Format kFormat>
Status OverTogether(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = FullSignature(kOperation, kFormat);
  return RunRows(kRows, signature, operands, layout, parameters, RowsAtOnce::all);
}

// <operation>_kernels(): for the target that Highway would choose now. A row of operations.def without its file in
// kernels/ fails to link.
#define SV_OPERATION(name, operands, parameters, definition) std::vector<TargetKernel> name##_kernels();
#include "softmax_verify/operations.def"
#undef SV_OPERATION

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_TARGET_KERNELS_H_
