// entmax15: Theorem S4 of docs/error_bounds.md with alpha = 3/2.
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors entmax15(const Kernel& kernel, const Case& row) { return SparseMapErrors(kernel, row); }

}  // namespace softmax_verify::bounds
