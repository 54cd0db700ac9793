#include "kernels/rows_apart.h"

#include <cstring>
#include <memory>
#include <new>

namespace softmax_verify {

Status RunRowsApart(RowFunction row, const Signature& signature, const Operands& operands, const Layout& layout,
                    const Parameters& parameters) {
  char* const matrix = operands.Out<char>(Role::y);
  const bool in_place = operands.In<char>(Role::x) == matrix;
  // Along another axis rows travel through tiles, one for x and one for y.
  const bool empty = layout.outer == 0 || layout.axis == 0;
  if (!in_place || empty || layout.inner > 1 || !IsValidCall(signature, operands, layout, parameters)) {
    return RunRows(row, signature, operands, layout, parameters);
  }
  const std::size_t element = Info(signature.format).bytes;
  const std::unique_ptr<char[]> copy(new (std::nothrow) char[layout.axis * element]);
  if (!copy) return Status::out_of_memory;
  Operands one = operands;
  one.Set(Role::x, copy.get());
  for (std::size_t r = 0; r < layout.outer; ++r) {
    char* const y = matrix + r * layout.ldy * element;
    std::memcpy(copy.get(), y, layout.axis * element);
    one.Set(Role::y, y);
    const Status status = RunRows(row, signature, one, Layout::Rows(1, layout.axis), parameters);
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

}  // namespace softmax_verify
