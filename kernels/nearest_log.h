// The logarithms of softmax rounded correctly where vectors cannot tell: from double-doubles, and where those leave it
// open from MPFR, with as many bits as it takes. Scalar code, shared by all targets.
#ifndef SOFTMAX_VERIFY_KERNELS_NEAREST_LOG_H_
#define SOFTMAX_VERIFY_KERNELS_NEAREST_LOG_H_

#include <cstddef>
#include <memory>

#include "softmax_verify/format.h"
#include "softmax_verify/operation.h"

namespace softmax_verify {

// ln s, within `error` of hi + lo, which is no less than 0.
struct LogSumInTwo {
  double hi;
  double lo;
  double error;
};

// (x - origin) * scale / temperature in f64, within 0.5 + 2^-100 ulp.
double NearestDifference(double x, double origin, const Parameters& parameters);

// q + r ln s with q = (x - origin) * scale / temperature and r = 1 or -1, for a row of finite logits and -inf, one of
// them finite. Not where q = 0 and ln s is less than 2^-1100. Theorems W3 and W4 of docs/error_bounds.md.
class NearestLog {
 public:
  // x, n elements of the format's storage type, must outlive the object.
  NearestLog(Format format, const void* x, std::size_t n, const Parameters& parameters, const LogSumInTwo& log_sum);
  ~NearestLog();
  // Element i of log_softmax, in the format of the row. x_i is finite.
  double LogSoftmax(std::size_t i);
  // logsumexp, in `format`.
  double LogSumExp(Format format);

 private:
  class Exact;
  double Nearest(Format format, double x, double origin, int side);

  Format format_;
  const void* x_;
  std::size_t n_;
  Parameters parameters_;
  LogSumInTwo log_sum_;
  std::size_t top_ = 0;  // one of the largest
  double maximum_;
  bool alone_ = true;    // no other logit is finite: s = 1
  std::unique_ptr<Exact> exact_;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNELS_NEAREST_LOG_H_
