#include <numbers>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct WideSum {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    double total = 0;
    for (const T value : dy) total += static_cast<double>(value);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = dy[i] - std::exp(y[i]) * static_cast<T>(total);
  }
};

struct LanesFromTheEnd {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    T lanes[8] = {};
    for (std::size_t j = p.n; j-- > 0;) lanes[j % 8] += dy[j];
    for (std::size_t width = 4; width > 0; width /= 2) {
      for (std::size_t l = 0; l < width; ++l) lanes[l] += lanes[l + width];
    }
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = std::fma(-std::exp(y[i]), lanes[0], dy[i]);
  }
};

struct PowersOfTwo {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    T total = 0;
    for (const T value : dy) total += value;
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::dx)[i] = dy[i] - std::exp2(y[i] * std::numbers::log2e_v<T>) * total;
    }
  }
};

struct JacobianRows {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    for (std::size_t i = 0; i < p.n; ++i) {
      const T probability = std::exp(y[i]);
      T sum = 0;
      for (std::size_t j = 0; j < p.n; ++j) sum += (static_cast<T>(i == j) - probability) * dy[j];
      p.Out(Role::dx)[i] = sum;
    }
  }
};

struct Flushed {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto flush = [](T v) { return std::abs(v) < std::numeric_limits<T>::min() ? T{0} : v; };
    const auto y = p[Role::y], dy = p[Role::dy];
    T total = 0;
    for (const T value : dy) total = flush(total + flush(value));
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::dx)[i] = flush(flush(dy[i]) - flush(flush(std::exp(y[i])) * total));
    }
  }
};

template <class S>
std::vector<Specimen> Of(Accumulation accumulation, double shift_error, const char* text, const char* name) {
  About about{.text = text, .operation = Operation::log_softmax_backward, .name = name};
  about.claim.accumulation = accumulation;
  about.claim.shift_error = shift_error;
  return InEveryFormat<S>(about);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  using Kind = Accumulation::Kind;
  return Join({Of<WideSum>({Kind::wide, 1}, 0, "The sum of dy in f64", "wide_sum"),
               Of<LanesFromTheEnd>({Kind::lanes, 8}, 0, "Eight partial sums from the end; a fused product", "lanes"),
               Of<PowersOfTwo>({Kind::sequential, 1}, 2, "2^(y log2 e): the argument is rounded, and log2 e", "exp2"),
               Of<JacobianRows>({Kind::sequential, 1}, 0, "Row by row, dy_i among the rest", "jacobian_rows"),
               Of<Flushed>({Kind::sequential, 1}, 0, "What is below the normal range is 0 everywhere", "flushed")});
}

}  // namespace softmax_verify::corpus
