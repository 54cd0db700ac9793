#include <vector>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

constexpr Operation kOperation = Operation::softmax_backward;

struct Correct {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto y = p[Role::y], dy = p[Role::dy];
    const Real<F> dot = Dot(y, dy);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * (dy[i] - dot);
  }
};
template <Format F>
Status RunCorrect(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  return SolveRows<Correct, F>(SignatureWith(kOperation, F, {Role::y}), operands, layout, parameters);
}
Place PlaceOf(Role role, const Layout& layout) {
  return softmax_verify::PlaceOf(*Info(kOperation).operands.Find(role), layout, Reduction::none);
}

// dy is copied to dx, and the rest is done in place: y is read when dx is there already.
struct DxOverY {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters&) {
    using T = Real<F>;
    const Place in = PlaceOf(Role::y, layout), out = PlaceOf(Role::dx, layout);
    const auto get = [&](Role role, std::size_t r, std::size_t e) {
      return static_cast<T>(Load(F, operands.In(role), (role == Role::dx ? out : in).Index(r, e)));
    };
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      T dot = 0;
      for (std::size_t e = 0; e < layout.axis; ++e) dot += get(Role::y, r, e) * get(Role::dy, r, e);
      for (std::size_t e = 0; e < layout.axis; ++e) {
        Store(F, operands.Out(Role::dx), out.Index(r, e), static_cast<double>(get(Role::dy, r, e)));
      }
      for (std::size_t e = 0; e < layout.axis; ++e) {
        const T result = get(Role::y, r, e) * (get(Role::dx, r, e) - dot);
        Store(F, operands.Out(Role::dx), out.Index(r, e), static_cast<double>(result));
      }
    }
    return Status::ok;
  }
};

struct IntoDy {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const Status status = RunCorrect<F>(operands, layout, parameters);
    const Place in = PlaceOf(Role::dy, layout), out = PlaceOf(Role::dx, layout);
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      for (std::size_t e = 0; e < layout.axis; ++e) {
        Store(F, operands.Out(Role::dy), in.Index(r, e), Load(F, operands.In(Role::dx), out.Index(r, e)));
      }
    }
    return status;
  }
};

struct DenseDy {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const Place in = PlaceOf(Role::dy, layout);
    std::vector<std::uint64_t> moved(in.elements + 1);
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      for (std::size_t e = 0; e < layout.axis; ++e) {
        Store(F, moved.data(), in.Index(r, e), Load(F, operands.In(Role::dy), r * layout.axis + e));
      }
    }
    Operands changed = operands;
    changed.Set(Role::dy, moved.data());
    return RunCorrect<F>(changed, layout, parameters);
  }
};

struct WholeTiles {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    Layout tiles = layout;
    if (layout.outer > 4) tiles.outer = layout.outer / 4 * 4;
    return RunCorrect<F>(operands, tiles, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<DxOverY>(AboutSaved("O65: dx is written before y is read", "dx_before_y")),
               InEveryFormat<IntoDy>(AboutSaved("O66: the result is written to dy as well", "writes_into_dy")),
               InEveryFormat<DenseDy>(AboutSaved("O52: dy is taken to be dense", "dense_dy")),
               InEveryFormat<WholeTiles>(AboutSaved("O47: rows behind the last whole tile of four", "whole_tiles"))});
}

}  // namespace softmax_verify::corpus
