// Input families: named kinds of rows, each with what it stresses. Reports sweep them; property tests draw from them.
#ifndef SOFTMAX_VERIFY_VERIFY_FAMILIES_H_
#define SOFTMAX_VERIFY_VERIFY_FAMILIES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "verify/case.h"
#include "verify/random.h"

namespace softmax_verify {

struct Family {
  std::string_view name;
  std::string_view description;  // what the rows are
  std::string_view stresses;     // which mistake they reveal
  // n logits of the format; finite, unless the family says otherwise.
  std::vector<double> (*make)(Format format, std::size_t n, Random& random);
  bool special = false;  // rows whose results are a matter of contract: NaN, +inf, nothing but -inf
  std::span<const std::size_t> lengths = {};  // at which such rows occur, and which reports try beside their own
};

// All: the synthetic ones, then rows as they occur in practice (docs/input_families.md).
std::span<const Family> Families();
// Those that tests draw from at random. New rows of practice change neither their number nor their order, so that a seed
// means what it did.
std::span<const Family> SyntheticFamilies();
const Family* FindFamily(std::string_view name);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FAMILIES_H_
