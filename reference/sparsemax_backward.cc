// sparsemax_backward: dx_i = dy_i - mean of the dy_j with y_j > 0, where y_i > 0, else 0: rational.
#include "reference/sparse_backward.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::sparsemax_backward(const Row& row) {
  return SparseBackwardOfRows<Real>(row, 0);
}

SV_REFERENCE(sparsemax_backward)

}  // namespace softmax_verify::reference
