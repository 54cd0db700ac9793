// entmax15_backward: Theorem S6 of docs/error_bounds.md with weights sqrt(y).
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors entmax15_backward(const Kernel& kernel, const Case& row) { return SparseBackwardErrors(kernel, row); }

}  // namespace softmax_verify::bounds
