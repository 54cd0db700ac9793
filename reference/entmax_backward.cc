// entmax_backward: dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = y^(2 - alpha) where y > 0, else 0.
#include "reference/sparse_backward.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::entmax_backward(const Row& row) {
  return SparseBackwardOfRows<Real>(row, 2 - row.parameters.alpha);
}

SV_REFERENCE(entmax_backward)

}  // namespace softmax_verify::reference
