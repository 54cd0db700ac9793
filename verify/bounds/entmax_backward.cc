// entmax_backward: Theorem S6 of docs/error_bounds.md.
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors entmax_backward(const Kernel& kernel, const Case& row) { return SparseBackwardErrors(kernel, row); }

}  // namespace softmax_verify::bounds
