#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class Sum>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto y = p[Role::y], dy = p[Role::dy];
    const Real<F> total = Sum::Of(p, dy);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = dy[i] - std::exp(y[i]) * total;
  }
};

struct InBf16 {
  template <class T>
  static T Of(const Problem<T>&, std::span<const T> dy) {
    T sum = 0;
    for (const T value : dy) sum = static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(sum + value)));
    return sum;
  }
};

struct WithoutTail {
  template <class T>
  static T Of(const Problem<T>&, std::span<const T> dy) {
    T sum = 0;
    for (const T value : dy.first(dy.size() / 4 * 4)) sum += value;
    return sum;
  }
};

struct OfAllRows {
  template <class T>
  static T Of(const Problem<T>& p, std::span<const T> dy) {
    static T sum;
    if (p.row == 0) sum = 0;
    for (const T value : dy) sum += value;
    return sum;
  }
};

// The probabilities take the place of y.
struct IntoY {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const Operand& y = *Info(Operation::log_softmax_backward).operands.Find(Role::y);
    const Place place = PlaceOf(y, layout, Reduction::none);
    const Signature signature = FullSignature(Operation::log_softmax_backward, F);
    const Status status = SolveRows<Mutant<Plain>, F>(signature, operands, layout, parameters);
    if (operands.In(Role::y) == operands.Out(Role::dx)) return status;
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      for (std::size_t e = 0; e < layout.axis; ++e) {
        const std::size_t i = place.Index(r, e);
        Store(F, operands.Out(Role::y), i, std::exp(Load(F, operands.In(Role::y), i)));
      }
    }
    return status;
  }

 private:
  struct Plain {
    template <class T>
    static T Of(const Problem<T>&, std::span<const T> dy) {
      T sum = 0;
      for (const T value : dy) sum += value;
      return sum;
    }
  };
};

template <class S>
std::vector<Specimen> Of(const char* text, const char* name) {
  return InEveryFormat<S>({.text = text, .operation = Operation::log_softmax_backward, .name = name});
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({Of<Mutant<InBf16>>("O18: the sum of dy is accumulated in bf16", "bf16_sum"),
               Of<Mutant<WithoutTail>>("What does not fill a vector of four is not added", "tail_of_sum_lost"),
               Of<Mutant<OfAllRows>>("O64: the sum is set to 0 only before the first row", "sum_not_reset"),
               Of<IntoY>("O66: the probabilities are stored in y", "writes_into_y")});
}

}  // namespace softmax_verify::corpus
