// Eigen: the few lines that people write with its arrays, in each of its scalar types. Eigen has no softmax of its own;
// its are exp, log, max and sum, vectorised for the instruction set that the adapter is compiled for, the sum in the
// type itself.
#include <Eigen/Core>

#include "adapters/adapter.h"

#define SV_TEXT(x) #x
#define SV_VERSION(world, major, minor) SV_TEXT(world) "." SV_TEXT(major) "." SV_TEXT(minor)

namespace {

using softmax_verify::adapters::Run;

template <class T>
using Input = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using Output = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;

template <class T>
void SoftmaxRow(const Input<T>& x, Output<T> y) {
  y = (x - x.maxCoeff()).exp();
  y /= y.sum();
}

template <class T>
T LogSumExpRow(const Input<T>& x) {
  using std::log;
  const T max = x.maxCoeff();
  return max + log((x - max).exp().sum());
}

template <class T>
void LogSoftmaxRow(const Input<T>& x, Output<T> y) {
  using std::log;
  y = x - x.maxCoeff();
  y -= log(y.exp().sum());
}

// Eigen's scalar types are the bits of the C types.
template <class T, class Row, class Bits>
int EachRow(Row row, const Bits* x, Bits* y, std::size_t rows, std::size_t cols) {
  static_assert(sizeof(T) == sizeof(Bits));
  return Run([&] {
    const auto n = static_cast<Eigen::Index>(cols);
    for (std::size_t r = 0; r < rows; ++r) {
      row(Input<T>(reinterpret_cast<const T*>(x + r * cols), n), Output<T>(reinterpret_cast<T*>(y + r * cols), n));
    }
  });
}

template <class T, class Bits>
int LogSumExp(const Bits* x, Bits* lse, std::size_t rows, std::size_t cols) {
  return Run([&] {
    for (std::size_t r = 0; r < rows; ++r) {
      const Input<T> row(reinterpret_cast<const T*>(x + r * cols), static_cast<Eigen::Index>(cols));
      reinterpret_cast<T*>(lse)[r] = LogSumExpRow<T>(row);
    }
  });
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() {
  return "Eigen " SV_VERSION(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
}

int eigen_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return EachRow<float>(SoftmaxRow<float>, x, y, rows, cols);
}
int eigen_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  return EachRow<double>(SoftmaxRow<double>, x, y, rows, cols);
}
// validate: --dtype f16
int eigen_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return EachRow<Eigen::half>(SoftmaxRow<Eigen::half>, x, y, rows, cols);
}
// validate: --dtype bf16
int eigen_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return EachRow<Eigen::bfloat16>(SoftmaxRow<Eigen::bfloat16>, x, y, rows, cols);
}
int eigen_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return EachRow<float>(LogSoftmaxRow<float>, x, y, rows, cols);
}
int eigen_log_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  return EachRow<double>(LogSoftmaxRow<double>, x, y, rows, cols);
}
int eigen_logsumexp_f32(const float* x, float* lse, size_t rows, size_t cols) {
  return LogSumExp<float>(x, lse, rows, cols);
}
int eigen_logsumexp_f64(const double* x, double* lse, size_t rows, size_t cols) {
  return LogSumExp<double>(x, lse, rows, cols);
}

}  // extern "C"
