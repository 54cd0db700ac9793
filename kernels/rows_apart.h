// Layouts for row functions whose output must not lie where their input does.
#ifndef SOFTMAX_VERIFY_KERNELS_ROWS_APART_H_
#define SOFTMAX_VERIFY_KERNELS_ROWS_APART_H_

#include "kernels/rows.h"

namespace softmax_verify {

// RunRows for an operation x[m,n] -> y[m,n]. Where y is x, every row is copied first; out_of_memory, with y untouched,
// where there is no memory for one.
Status RunRowsApart(RowFunction row, const Signature& signature, const Operands& operands, const Layout& layout,
                    const Parameters& parameters);

template <RowFunction kRow, Operation kOperation, Format kFormat>
Status OverApart(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = FullSignature(kOperation, kFormat);
  return RunRowsApart(kRow, signature, operands, layout, parameters);
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_ROWS_APART_H_
