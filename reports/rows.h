// The rows of a report: which, and in what order. Any single one can be drawn again without the others.
#ifndef SOFTMAX_VERIFY_REPORTS_ROWS_H_
#define SOFTMAX_VERIFY_REPORTS_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/npy.h"
#include "reports/record.h"
#include "verify/case.h"
#include "verify/families.h"

namespace softmax_verify {

// Row `sample` of a family at length n, for kernels of a signature: a pure function of its arguments. Scale,
// temperature and the parameters that are given are as in `parameters`, the others drawn.
Row DrawRow(std::uint64_t seed, const Signature& signature, const Family& family, std::size_t n, std::uint64_t sample,
            const GivenParameters& parameters);

// The kernels that take the same rows together, in the order in which the first of each appears.
std::vector<std::vector<Kernel>> BySignature(const std::vector<Kernel>& kernels);

// Whether a row of logits is all the input that kernels of the signature cannot do without.
bool NeedsLogitsAlone(const Signature& signature);
// Row `sample` of a matrix of logits, each value rounded to the format, for kernels that need them alone.
Row InputRow(const Matrix& logits, const Signature& signature, std::uint64_t sample, const Parameters& parameters);
// How many values of the matrix the format does not hold.
std::uint64_t CountRounded(const Matrix& logits, Format format);
// Throws std::invalid_argument, naming row and column, unless every logit is finite in the format or -inf, and every
// row has a finite one.
void RequireLogits(const Matrix& logits, Format format);

// Words as options, each behind a blank: " --x=1,2 --label-smoothing=0x1p-3".
std::string AsOptions(std::string_view words);
// The options that give the parameters again.
std::string AsOptions(const GivenParameters& parameters);

// How much a sweep does. Each length is tried in every family with about `elements` exponentials' worth of work
// (WorkOf), in at least one row and at most `max_rows`; lengths at which one row is more work than that are left out
// (the Jacobian of n logits has n^2 results).
struct Effort {
  std::string_view name;
  std::span<const std::size_t> lengths;
  std::size_t elements;
  std::size_t max_rows;

  // Those of every family, and the more of one.
  std::vector<std::size_t> Lengths(Operation operation, std::span<const std::size_t> more = {}) const;
  std::uint64_t Rows(Operation operation, std::size_t n) const;
};
std::span<const Effort> Efforts();  // quick, normal, thorough
const Effort* FindEffort(std::string_view name);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_ROWS_H_
