// entmax: Theorem S4 of docs/error_bounds.md; for alpha = 1 the theorems of softmax.
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors entmax(const Kernel& kernel, const Case& row) {
  return row.row().parameters.alpha == 1 ? softmax(kernel, row) : SparseMapErrors(kernel, row);
}

}  // namespace softmax_verify::bounds
