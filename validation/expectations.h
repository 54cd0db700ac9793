// What somebody promises of a kernel beyond its accuracy, or does not: --expect KEY=VALUE.
#ifndef SOFTMAX_VERIFY_VALIDATION_EXPECTATIONS_H_
#define SOFTMAX_VERIFY_VALIDATION_EXPECTATIONS_H_

#include <map>
#include <optional>
#include <string>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

struct Expectations {
  Contract contract;
  Causal causal = Causal::top_left;
  bool nan_propagates = true;
  bool deterministic = true;
  bool checks_arguments = false;
  bool empty_rows = false;
  bool faithful = false;
  bool correctly_rounded = false;
  bool base_2_lse = false;
  bool log1p = false;
  bool scales_after_shift = false;
  bool shifts = true;
  std::optional<Format> compute;
  std::optional<Format> tile;
  std::optional<double> max_ulp;
};

// Throws std::invalid_argument, one line, for a key or a value that there is not.
Expectations ReadExpectations(const std::map<std::string, std::string>& expect);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_EXPECTATIONS_H_
