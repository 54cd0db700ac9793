// For tests: kernels that are as good or as bad as wanted.
#ifndef SOFTMAX_VERIFY_REPORTS_SPOILT_KERNEL_H_
#define SOFTMAX_VERIFY_REPORTS_SPOILT_KERNEL_H_

#include <fmt/format.h>

#include <functional>
#include <vector>

#include "reference/reference.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

// A kernel that answers with the correctly rounded results, changed by `spoil`.
inline Kernel Spoilt(Format format, std::function<void(const std::vector<double>& x, std::vector<double>* y)> spoil) {
  Kernel kernel;
  static_cast<Signature&>(kernel) = FullSignature(Operation::softmax, format);
  kernel.name = fmt::format("softmax.spoilt.{}", Name(format));
  kernel.target = "TEST";
  kernel.algorithm = "spoilt";
  kernel.claim.compute = Info(format).compute;
  kernel.run = [format, spoil](const Operands& operands, const Layout& layout, const Parameters& parameters) {
    for (std::size_t r = 0; r < layout.outer; ++r) {
      Row row{Operation::softmax, format, Values(layout.axis), parameters};
      for (std::size_t i = 0; i < row.x.size(); ++i) row.x[i] = Load(format, operands.In(Role::x), r * layout.ldx + i);
      std::vector<double> y = reference::Round(row);
      spoil(row.x, &y);
      for (std::size_t i = 0; i < y.size(); ++i) Store(format, operands.Out(Role::y), r * layout.ldy + i, y[i]);
    }
    return Status::ok;
  };
  return kernel;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_SPOILT_KERNEL_H_
