#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// dx_i = of(y_i, dy_i, G, sum_j y_j dy_j, n).
template <auto kOf>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    const T dot = Dot(y, dy);
    T total = 0;
    for (const T value : dy) total += value;
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = kOf(y[i], dy[i], total, dot, static_cast<T>(p.n));
  }
};

constexpr auto kDot = [](auto, auto dy, auto, auto dot, auto) { return dy - dot; };
constexpr auto kSign = [](auto y, auto dy, auto total, auto, auto) { return dy + std::exp(y) * total; };
constexpr auto kNoDelta = [](auto y, auto, auto total, auto, auto) { return -std::exp(y) * total; };
constexpr auto kNoExp = [](auto y, auto dy, auto total, auto, auto) { return dy - y * total; };
constexpr auto kNoSum = [](auto y, auto dy, auto, auto, auto) { return dy - std::exp(y) * dy; };
constexpr auto kMean = [](auto y, auto dy, auto total, auto, auto n) { return dy - std::exp(y) * (total / n); };
constexpr auto kTimesLog = [](auto y, auto dy, auto total, auto, auto) { return dy - std::exp(y) * total + 0 * y; };

template <class S>
std::vector<Specimen> Of(const char* text, const char* name) {
  return InEveryFormat<S>({.text = text, .operation = Operation::log_softmax_backward, .name = name});
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({Of<Mutant<kDot>>("O67: dy less the dot product of y and dy", "dot_of_y"),
               Of<Mutant<kSign>>("O68: the sign of the probabilities", "sign"),
               Of<Mutant<kNoDelta>>("O68: the Kronecker delta is missing", "no_delta"),
               Of<Mutant<kNoExp>>("O67: y is taken for the probability", "no_exp"),
               Of<Mutant<kNoSum>>("O69: elementwise, dy_i in place of the sum", "no_sum"),
               Of<Mutant<kMean>>("The mean of dy in place of the sum", "mean_of_dy"),
               Of<Mutant<kTimesLog>>("O70: a product with y that should vanish: 0 times -inf", "zero_times_log")});
}

}  // namespace softmax_verify::corpus
