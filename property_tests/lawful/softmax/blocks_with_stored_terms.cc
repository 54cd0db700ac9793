#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    constexpr std::size_t kBlock = 64;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t begin = 0; begin < x.size(); begin += kBlock) {
      const std::size_t end = std::min(begin + kBlock, x.size());
      const T own = Maximum(x.subspan(begin, end - begin));
      const T factor = own == -kInfinity<T> ? T{0} : std::exp(own - m);
      T block = 0;
      for (std::size_t i = begin; i < end; ++i) {
        y[i] = own == -kInfinity<T> && x[i] == own ? T{0} : std::exp(x[i] - own);
        block += y[i];
        y[i] *= factor;
      }
      sum += block * factor;
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "Flash style: exponentials of blocks of 64 against the block's own maximum are kept and rescaled "
               "at the end",
       .claim = [] {
         Claim claim = PlainClaim();
         claim.exp_error = 6;  // two exponentials and their product
         claim.normalise_error = 1;
         claim.rescale_step = 64;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
