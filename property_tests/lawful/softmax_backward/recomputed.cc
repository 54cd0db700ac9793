#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// Both sums are rescaled whenever the maximum grows.
struct Online {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto x = p[Role::x], dy = p[Role::dy];
    T m = -kInfinity<T>, sum = 0, dot = 0;
    for (std::size_t i = 0; i < p.n; ++i) {
      if (x[i] == -kInfinity<T>) continue;
      const T larger = x[i] > m ? x[i] : m;
      const T rescale = std::exp(m - larger), e = std::exp(x[i] - larger);
      sum = sum * rescale + e;
      dot = dot * rescale + e * dy[i];
      m = larger;
    }
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = std::exp(x[i] - m) / sum * (dy[i] - dot / sum);
  }
};

struct InF64 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto x = p[Role::x], dy = p[Role::dy];
    const double m = Maximum(x);
    double sum = 0, dot = 0;
    std::vector<double> e(p.n);
    for (std::size_t i = 0; i < p.n; ++i) {
      e[i] = std::exp(static_cast<double>(x[i]) - m);
      sum += e[i];
      dot += e[i] * static_cast<double>(dy[i]);
    }
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::dx)[i] = static_cast<Real<F>>((e[i] * static_cast<double>(dy[i]) - e[i] * (dot / sum)) / sum);
    }
  }
};

About OfLogits(std::string text, std::string name) {
  About about = AboutSaved(std::move(text), std::move(name));
  about.operands = RoleSet{Role::x, Role::dy, Role::dx};
  return about;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  About online = OfLogits("One pass over x and dy: a running maximum, both sums rescaled", "online");
  online.claim.rescale_step = 1;
  return Join({InEveryFormat<Online>(online),
               InEveryFormat<InF64>(OfLogits("In f64 throughout, y dy - y c, divided at the end", "in_f64"))});
}

}  // namespace softmax_verify::corpus
