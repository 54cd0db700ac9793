#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class T>
struct Terms {
  std::vector<T> e;
  T sum = 0;
  explicit Terms(std::span<const T> x) : e(x.size()) {
    const T m = Maximum(x);
    for (std::size_t i = 0; i < x.size(); ++i) sum += e[i] = std::exp(x[i] - m);
  }
};

struct Expanded {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const Terms<T> terms(p[Role::x]);
    for (std::size_t i = 0; i < p.n; ++i) {
      const T a = terms.e[i] / terms.sum;
      for (std::size_t j = 0; j < p.n; ++j) {
        const T b = terms.e[j] / terms.sum;
        p.Out(Role::y)[i * p.n + j] = (i == j ? a : T{0}) - a * b;
      }
    }
  }
};

struct NegatedSums {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const Terms<T> terms(p[Role::x]);
    for (std::size_t i = 0; i < p.n; ++i) {
      T others = 0 * terms.sum;  // NaN where there are no others but the row is
      for (std::size_t j = 0; j < p.n; ++j) {
        const T result = -(terms.e[i] / terms.sum) * (terms.e[j] / terms.sum);
        p.Out(Role::y)[i * p.n + j] = result;
        if (i != j) others += result;
      }
      p.Out(Role::y)[i * p.n + i] = 0 - others;
    }
  }
};

struct DividedOnce {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const Terms<T> terms(p[Role::x]);
    const T square = terms.sum * terms.sum;
    for (std::size_t i = 0; i < p.n; ++i) {
      for (std::size_t j = 0; j < p.n; ++j) {
        const T factor = i == j ? terms.sum - terms.e[i] : -terms.e[j];
        p.Out(Role::y)[i * p.n + j] = terms.e[i] * factor / square;
      }
    }
  }
};

struct Flushed {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto flush = [](T v) { return std::abs(v) < std::numeric_limits<T>::min() ? T{0} : v; };
    const auto x = p[Role::x];
    const T m = Maximum(x);
    std::vector<T> y(p.n);
    T sum = 0;
    for (std::size_t i = 0; i < p.n; ++i) sum += y[i] = flush(std::exp(flush(x[i]) - flush(m)));
    for (T& value : y) value = flush(value / sum);
    for (std::size_t i = 0; i < p.n; ++i) {
      for (std::size_t j = 0; j < p.n; ++j) p.Out(Role::y)[i * p.n + j] = flush(y[i] * (static_cast<T>(i == j) - y[j]));
    }
  }
};

template <class S>
std::vector<Specimen> Of(const char* text, const char* name) {
  return InEveryFormat<S>({.text = text, .operation = Operation::jacobian, .name = name});
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({Of<Expanded>("diag(y) - y y^T", "expanded"),
               Of<NegatedSums>("The diagonal as the negative sum of the others, which does not cancel", "negated_sums"),
               Of<DividedOnce>("Never a probability: e_i (delta_ij s - e_j) / s^2", "divided_once"),
               Of<Flushed>("What lies below the normal range is read and written as 0", "flushed")});
}

}  // namespace softmax_verify::corpus
