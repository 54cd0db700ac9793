// The rows of a report: which, and in what order. Any single one can be drawn again without the others.
#ifndef SOFTMAX_VERIFY_REPORTS_ROWS_H_
#define SOFTMAX_VERIFY_REPORTS_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "reports/npy.h"
#include "verify/case.h"
#include "verify/families.h"

namespace softmax_verify {

// Row `sample` of a family at length n: a pure function of its arguments.
Row DrawRow(std::uint64_t seed, Operation operation, Format format, const Family& family, std::size_t n,
            std::uint64_t sample, const Parameters& parameters);

// Row `sample` of a matrix of logits, each value rounded to the format.
Row InputRow(const Matrix& logits, Operation operation, Format format, std::uint64_t sample,
             const Parameters& parameters);
// How many values of the matrix the format does not hold.
std::uint64_t CountRounded(const Matrix& logits, Format format);
// Throws std::invalid_argument, naming row and column, unless every logit is finite in the format or -inf, and every
// row has a finite one.
void RequireLogits(const Matrix& logits, Format format);

// How much a sweep does. Each length is tried in every family, on about `elements` logits, in at least one row and at
// most `max_rows`.
struct Effort {
  std::string_view name;
  std::span<const std::size_t> lengths;
  std::size_t elements;
  std::size_t max_rows;

  std::uint64_t Rows(std::size_t n) const;
};
std::span<const Effort> Efforts();  // quick, normal, thorough
const Effort* FindEffort(std::string_view name);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_ROWS_H_
