// XNNPACK: the softmax operator. It may read XNN_EXTRA_BYTES past an operand, says its header, so that rows are copied
// to memory that has them; the copy is part of the measured time.
#include <xnnpack.h>

#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "adapters/adapter.h"

namespace {

void Require(xnn_status status) {
  if (status != xnn_status_success) throw std::runtime_error("XNNPACK");
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() { return "XNNPACK " XNNPACK_VERSION; }

int xnnpack_softmax_f32(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols) {
  return softmax_verify::adapters::Run([&] {
    static const xnn_status ready = xnn_initialize(nullptr);
    Require(ready);
    if (rows == 0) return;
    const std::size_t count = (rows - 1) * ldx + cols;
    std::vector<float> padded(count + XNN_EXTRA_BYTES / sizeof(float));
    std::memcpy(padded.data(), x, count * sizeof(float));
    xnn_operator_t made = nullptr;
    Require(xnn_create_softmax_nc_f32(cols, ldx, ldy, 0, &made));
    const std::unique_ptr<xnn_operator, decltype(&xnn_delete_operator)> softmax(made, xnn_delete_operator);
    Require(xnn_setup_softmax_nc_f32(made, rows, padded.data(), y, nullptr));
    Require(xnn_run_operator(made, nullptr));
  });
}

}  // extern "C"
