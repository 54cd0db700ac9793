// Where the elements of an operand lie in its memory, as Layout says (softmax_verify/kernel.h). Laws place operands by
// it, and the kernels of mutants/ and lawful/ find them by it.
#ifndef SOFTMAX_VERIFY_VERIFY_PLACE_H_
#define SOFTMAX_VERIFY_VERIFY_PLACE_H_

#include <cstddef>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

struct Place {
  bool shared = false;       // one for the whole call, not a piece for each row
  bool slice = false;        // [m, n]: with strides
  std::size_t each = 0;      // elements of a row; of the whole operand where it is shared
  std::size_t elements = 0;  // of the memory, from the first to the last that belongs to it, gaps between rows included
  std::size_t stride = 0;
  std::size_t inner = 1;

  // Element e of row r.
  std::size_t Index(std::size_t r, std::size_t e) const {
    if (shared) return e;
    return slice ? r / inner * stride + e * inner + r % inner : r * each + e;
  }
};

// One place a call with rows, columns and depth of the layout; no element where there are no rows or no columns.
inline Place PlaceOf(const Operand& operand, const Layout& layout, Reduction reduction) {
  Place place;
  place.shared = !operand.IsRowWise() && !(operand.dims == "r" && reduction == Reduction::none);
  place.slice = operand.dims == "m,n";
  place.each = operand.Extent({1, layout.axis, layout.depth}, reduction);
  place.stride = operand.output ? layout.ldy : layout.ldx;
  place.inner = layout.inner;
  const std::size_t rows = layout.outer * layout.inner;
  if (rows == 0 || layout.axis == 0) return place;
  place.elements = place.shared  ? place.each
                   : place.slice ? (layout.outer - 1) * place.stride + layout.axis * layout.inner
                                 : rows * place.each;
  return place;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_PLACE_H_
