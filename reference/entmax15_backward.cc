// entmax15_backward: dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = sqrt(y).
#include "reference/sparse_backward.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::entmax15_backward(const Row& row) {
  return SparseBackwardOfRows<Real>(row, 0.5);
}

SV_REFERENCE(entmax15_backward)

}  // namespace softmax_verify::reference
