#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// Where J_ij of row r goes.
template <auto kPlace>
struct Mutant {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters&) {
    using T = Real<F>;
    if (layout.inner != 1) return Status::invalid_argument;
    const std::size_t n = layout.axis;
    std::vector<T> x(n), y(n);
    for (std::size_t r = 0; r < layout.outer; ++r) {
      for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<T>(Load(F, operands.In(Role::x), r * layout.ldx + i));
      ThreePass(std::span<const T>(x), std::span<T>(y));
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          const T value = y[i] * (static_cast<T>(i == j) - y[j]);
          Store(F, operands.Out(Role::y), kPlace(r, i, j, n), static_cast<double>(value));
        }
      }
    }
    return Status::ok;
  }
};

constexpr auto kRowStride = [](std::size_t r, std::size_t i, std::size_t j, std::size_t n) {
  return r * n + i * n + j;
};
constexpr auto kRotated = [](std::size_t r, std::size_t i, std::size_t j, std::size_t n) {
  return (r * n + i) * n + (j + i) % n;
};
constexpr auto kWholeVectors = [](std::size_t r, std::size_t i, std::size_t j, std::size_t n) {
  return (r * n + i) * n + (n > 4 && j >= n / 4 * 4 ? 0 : j);
};

template <class S>
std::vector<Specimen> Of(const char* text, const char* name) {
  return InEveryFormat<S>({.text = text, .operation = Operation::jacobian, .name = name});
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({Of<Mutant<kRowStride>>("O52: the results of a row are taken to be n, not n^2", "row_stride"),
               Of<Mutant<kRotated>>("A row of the result begins at its diagonal, as if packed", "packed_rows"),
               Of<Mutant<kWholeVectors>>("O47: columns behind the last whole vector of four", "tail_of_columns")});
}

}  // namespace softmax_verify::corpus
