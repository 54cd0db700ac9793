#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    using T = Real<F>;
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    const T factor = static_cast<T>(parameters.scale / parameters.temperature);
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      const auto at = [&](std::size_t stride, std::size_t a) {
        return r / layout.inner * stride + a * layout.inner + r % layout.inner;
      };
      const auto logit = [&](std::size_t a) { return static_cast<T>(Load(F, x, at(layout.ldx, a))); };
      T m = -kInfinity<T>;
      for (std::size_t a = 0; a < layout.axis; ++a) m = std::max(m, logit(a) * factor);
      T sum = 0;
      for (std::size_t a = 0; a < layout.axis; ++a) sum += std::exp(std::fma(logit(a), factor, -m));
      for (std::size_t a = 0; a < layout.axis; ++a) {
        Store(F, y, at(layout.ldy, a), std::exp(std::fma(logit(a), factor, -m)) / sum);
      }
    }
    return Status::ok;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O15: the maximum is that of the rounded products, the exponent fma(x, scale, -m): not 0 at the "
               "maximum",
       .equivalent = {{Format::f16, "f16 logits are too small: the product is off by 2^-5 at most, which cancels"}},
       .claim = [] {
         Claim claim = PlainClaim();
         claim.scaled_before_shift = false;  // the fma rounds the difference alone
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
