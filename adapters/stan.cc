// The Stan Math Library: softmax, log_softmax and log_sum_exp of a vector of doubles.
#include <algorithm>
#include <stan/math/prim/mat/fun/log_softmax.hpp>
#include <stan/math/prim/mat/fun/log_sum_exp.hpp>
#include <stan/math/prim/mat/fun/softmax.hpp>
#include <stan/math/version.hpp>

#include "adapters/adapter.h"

namespace {

using softmax_verify::adapters::Run;

Eigen::VectorXd Vector(const double* x, std::size_t n) {
  return Eigen::Map<const Eigen::VectorXd>(x, static_cast<Eigen::Index>(n));
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() {
  static const std::string name =
      "Stan Math " + stan::math::MAJOR_VERSION + "." + stan::math::MINOR_VERSION + "." + stan::math::PATCH_VERSION;
  return name.c_str();
}

int stan_softmax_f64(const double* x, double* y, size_t n) {
  return Run([&] {
    const Eigen::VectorXd result = stan::math::softmax(Vector(x, n));
    std::copy_n(result.data(), n, y);
  });
}
int stan_log_softmax_f64(const double* x, double* y, size_t n) {
  return Run([&] {
    const Eigen::VectorXd result = stan::math::log_softmax(Vector(x, n));
    std::copy_n(result.data(), n, y);
  });
}
int stan_logsumexp_f64(const double* x, double* lse, size_t n) {
  return Run([&] { *lse = stan::math::log_sum_exp(Vector(x, n)); });
}

}  // extern "C"
