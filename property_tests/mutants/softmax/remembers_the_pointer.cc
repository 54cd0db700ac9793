#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    struct Key {
      const void* x;
      std::size_t axis, rows;
      Parameters parameters;
      bool operator==(const Key&) const = default;
    };
    static Key last = {};
    static std::vector<double> results;
    const Key key = {x, layout.axis, layout.outer * layout.inner, parameters};
    const std::size_t extent = layout.outer * layout.ldy;
    const bool dense = layout.ldx == layout.axis && layout.ldy == layout.axis;
    if (dense && key == last) {
      for (std::size_t i = 0; i < extent; ++i) Store(F, y, i, results[i]);
      return Status::ok;
    }
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    last = {};
    if (dense && status == Status::ok) {
      last = key;
      results.resize(extent);
      for (std::size_t i = 0; i < extent; ++i) results[i] = Load(F, y, i);
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "A cache keyed by pointers and shape, not by content"});
}

}  // namespace softmax_verify::corpus
