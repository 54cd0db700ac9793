#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    using T = Real<F>;
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      const auto at = [&](std::size_t stride, std::size_t a) {
        return r / layout.inner * stride + a * layout.inner + r % layout.inner;
      };
      const auto logit = [&](std::size_t a) {
        return static_cast<T>(Load(F, x, at(layout.ldx, a)) * parameters.scale / parameters.temperature);
      };
      T m = -kInfinity<T>;
      for (std::size_t a = 0; a < layout.axis; ++a) m = std::max(m, logit(a));
      T sum = 0;
      for (std::size_t a = 0; a < layout.axis; ++a) {
        const T e = std::exp(logit(a) - m);
        Store(F, y, at(layout.ldy, a), e);
        sum += e;
      }
      for (std::size_t a = 0; a < layout.axis; ++a) Store(F, y, at(layout.ldy, a), std::exp(logit(a) - m) / sum);
    }
    return Status::ok;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "The second pass computes exp(x - m) again, where in place x no longer is"});
}

}  // namespace softmax_verify::corpus
