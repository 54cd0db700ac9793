// From a kernel for one contiguous row to every layout: rows with strides, and any axis of a tensor.
#ifndef SOFTMAX_VERIFY_KERNELS_ROWS_H_
#define SOFTMAX_VERIFY_KERNELS_ROWS_H_

#include <cstddef>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

// x * scale / temperature, applied to the shifted logits as ((x * before - m * before) * factor) * after.
// `before` and `after` are powers of two: no product overflows where the result does not, for any positive scale and
// temperature, and the only roundings that count are that of `factor` (when both are given) and the product with it.
struct Scaling {
  double before = 1;
  double factor = 1;
  double after = 1;
  bool identity = true;

  // `compute`: the format that the kernel computes in. All three members are representable in it.
  static Scaling From(const Parameters& parameters, Format compute);
};

// One contiguous row: n elements of the storage type, n >= 1, y may be x.
using RowFunction = void (*)(const void* x, void* y, std::size_t n, const Scaling& scaling);

// Runs `row` over a layout. An axis with inner > 1 is copied tile by tile into contiguous scratch rows, so that every
// layout gives the same bits. Returns invalid_argument (scale or temperature not positive, finite and representable in
// the format that is computed in; strides shorter than a slice) or out_of_memory, with y untouched up to the tile at
// hand, or ok. n = 0 or no rows: nothing is read or written.
Status RunRows(RowFunction row, Format format, const void* x, void* y, const Layout& layout,
               const Parameters& parameters);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_ROWS_H_
