// From a kernel for one contiguous row to every layout: rows with strides, and any axis of a tensor.
#ifndef SOFTMAX_VERIFY_KERNELS_ROWS_H_
#define SOFTMAX_VERIFY_KERNELS_ROWS_H_

#include <cstddef>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

// x * scale / temperature, applied to the shifted logits as ((x * before - m * before) * factor) * after.
// `before` and `after` are powers of two: no product overflows where the result does not, for any positive scale and
// temperature, and the only roundings that count are that of `factor` (when both are given) and the product with it.
// Exponentials need no more; `beyond` is another power of two, by which the logits themselves are to be multiplied. It is
// 1 but for the most extreme pairs of a scale and a temperature.
struct Scaling {
  double before = 1;
  double factor = 1;
  double after = 1;
  double beyond = 1;
  bool identity = true;

  // `compute`: the format that the kernel computes in. All members are representable in it.
  static Scaling From(const Parameters& parameters, Format compute);
};

// One contiguous row of a call, or several.
struct RowArguments {
  Operands at;  // this row's slice of every operand with one for each row, and the operands that all rows share
  std::size_t n = 0;
  std::size_t row = 0;  // of `rows`: which one it is, for causal masks
  std::size_t rows = 0;
  const Scaling& scaling;
  const Parameters& parameters;
  // This row and those behind it, for functions that take rows together; the elements from the slice of an input to that
  // of the next, and of an output.
  std::size_t count = 1;
  std::size_t ldx = 0;
  std::size_t ldy = 0;
};
// n >= 1; an output may be an input of the same shape.
using RowFunction = void (*)(const RowArguments& row);
// Whether a RowFunction takes one row a call, or all that follow one another.
enum class RowsAtOnce { one, all };

// Runs `row` over a layout. An axis with inner > 1 is copied tile by tile into contiguous scratch rows, so that every
// layout gives the same bits. Returns invalid_argument (a parameter that the signature heeds outside its domain, or not
// representable in the format that is computed in; strides shorter than a slice; an operand missing; inner > 1 for a
// Jacobian; a target that is neither a class nor ignore_index) or out_of_memory, with the outputs untouched up to the tile
// at hand, or ok. n = 0 or no rows: nothing is read or written.
Status RunRows(RowFunction row, const Signature& signature, const Operands& operands, const Layout& layout,
               const Parameters& parameters, RowsAtOnce at_once = RowsAtOnce::one);

// The checks that RunRows makes of parameters and operands, for operations that are no row function.
bool IsValidCall(const Signature& signature, const Operands& operands, const Layout& layout,
                 const Parameters& parameters);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_ROWS_H_
