// Where vectors cannot tell which value of a format is the nearest: a decision from a double-double, and one that
// always ends, in MPFR. Scalar code, shared by all targets.
#ifndef SOFTMAX_VERIFY_KERNELS_NEAREST_H_
#define SOFTMAX_VERIFY_KERNELS_NEAREST_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "softmax_verify/format.h"
#include "softmax_verify/operation.h"

namespace softmax_verify {

// The value of the format nearest to every number within `error` of hi + lo, ties to even; nothing where there are two.
// hi > 0, at least 2^-500 and a normal number of the format, |lo| <= ulp(hi) / 2, error < ulp(hi).
std::optional<double> NearestWithin(Format format, double hi, double lo, double error);

// softmax of a row of finite logits and -inf, with as many bits as each element needs: enclosures in MPFR with directed
// rounding, of 192 bits, then 384 and so on until both ends round to one value. They do: an exact result is
// transcendental, or 1/n and known (docs/error_bounds.md, Theorem R5).
class ExactSoftmax {
 public:
  // x, n elements of the format's storage type, must outlive the object.
  ExactSoftmax(Format format, const void* x, std::size_t n, const Parameters& parameters);
  ~ExactSoftmax();
  // y_i rounded to nearest even.
  double Nearest(std::size_t i);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_NEAREST_H_
