#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    using T = Real<F>;
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    const std::size_t rows = layout.outer * layout.inner;
    const auto at = [&](std::size_t stride, std::size_t r, std::size_t a) {
      return r / layout.inner * stride + a * layout.inner + r % layout.inner;
    };
    const auto logit = [&](std::size_t r, std::size_t a) {
      return static_cast<T>(Load(F, x, at(layout.ldx, r, a)) * parameters.scale / parameters.temperature);
    };
    T m = -kInfinity<T>;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t a = 0; a < layout.axis; ++a) m = std::max(m, logit(r, a));
    }
    for (std::size_t r = 0; r < rows; ++r) {
      T sum = 0;
      for (std::size_t a = 0; a < layout.axis; ++a) sum += std::exp(logit(r, a) - m);
      for (std::size_t a = 0; a < layout.axis; ++a) Store(F, y, at(layout.ldy, r, a), std::exp(logit(r, a) - m) / sum);
    }
    return Status::ok;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O08: one maximum for the whole batch instead of one a row"});
}

}  // namespace softmax_verify::corpus
