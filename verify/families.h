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
};

std::span<const Family> Families();
const Family* FindFamily(std::string_view name);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FAMILIES_H_
