// dlib: softmax over the channels of a tensor, and its gradient.
#include <dlib/cuda/tensor.h>
#include <dlib/cuda/tensor_tools.h>
#include <dlib/revision.h>

#include <algorithm>

#include "adapters/adapter.h"

#define SV_TEXT(x) #x
#define SV_VERSION(major, minor) SV_TEXT(major) "." SV_TEXT(minor)

namespace {

using softmax_verify::adapters::Run;

dlib::resizable_tensor Tensor(const float* from, std::size_t rows, std::size_t cols) {
  dlib::resizable_tensor tensor(static_cast<long>(rows), static_cast<long>(cols));
  std::copy_n(from, rows * cols, tensor.host_write_only());
  return tensor;
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() { return "dlib " SV_VERSION(DLIB_MAJOR_VERSION, DLIB_MINOR_VERSION); }

int dlib_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Run([&] {
    if (rows == 0 || cols == 0) return;
    dlib::resizable_tensor tensor = Tensor(x, rows, cols);
    dlib::tt::softmax(tensor, tensor);
    std::copy_n(tensor.host(), rows * cols, y);
  });
}

int dlib_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  return Run([&] {
    if (rows == 0 || cols == 0) return;
    dlib::resizable_tensor gradient = Tensor(dy, rows, cols);
    dlib::tt::softmax_gradient(gradient, Tensor(y, rows, cols), gradient);
    std::copy_n(gradient.host(), rows * cols, dx);
  });
}

}  // extern "C"
