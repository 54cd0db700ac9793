// sparsemax: Theorem S4 of docs/error_bounds.md with alpha = 2: the positive parts are the results.
#include "verify/bounds/sparse_maps.h"

namespace softmax_verify::bounds {

Errors sparsemax(const Kernel& kernel, const Case& row) { return SparseMapErrors(kernel, row); }

}  // namespace softmax_verify::bounds
