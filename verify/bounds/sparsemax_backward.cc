// sparsemax_backward: Theorem S6 of docs/error_bounds.md with weights that are exactly 1.
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors sparsemax_backward(const Kernel& kernel, const Case& row) { return SparseBackwardErrors(kernel, row); }

}  // namespace softmax_verify::bounds
