// Rows to try kernels on: their exact results, computed once, on first use; their text; their calls.
#ifndef SOFTMAX_VERIFY_VERIFY_CASE_H_
#define SOFTMAX_VERIFY_VERIFY_CASE_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/reference.h"
#include "softmax_verify/row.h"
#include "verify/logits.h"

namespace softmax_verify {

// "x=0x1p+0,-inf mask=1,0 scale=0x1p-1": what is not standard, hex floats that read back; of every operand `limit`
// elements at most. Read by ParseRow, by the files of property_tests/cases, and as --x=... by the command line.
inline constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
std::string ToString(const Row& row, std::size_t limit = 32);

// The reverse, for a row of an operation and format: words `role=v,v,...`, `parameter=v`, `m=2`, `d=3`, `outputs=lse`.
// Numbers are read as they are, not rounded. Throws std::invalid_argument: one line that says what would be right.
Row ParseRow(Operation operation, Format format, Format statistics, std::string_view text);

// One parameter as ToString writes it, and the reverse. Throws std::invalid_argument, saying what would be right.
std::string ParameterText(const Parameters& parameters, Parameter parameter);
void SetParameter(std::string_view text, Parameter parameter, Parameters* parameters);

class Case {
 public:
  explicit Case(Row row) : row_(std::move(row)), shared_(std::make_shared<Shared>()) {}

  const Row& row() const { return row_; }
  // Of the results.
  std::size_t size() const { return exact().size(); }
  // The exact results; computed at the first call, shared by copies. Not for concurrent first calls.
  const std::vector<reference::Enclosure>& exact() const;
  // The logits of row i of m; kept like the exact results.
  const Logits& logits(std::size_t i = 0) const;

 private:
  struct Shared {
    std::vector<reference::Enclosure> exact;
    std::vector<Logits> logits;
  };

  Row row_;
  std::shared_ptr<Shared> shared_;
};

// Whether a kernel of the signature can be asked the row: its operation and formats, and of the inputs every one that it
// needs and none that it does not take.
bool Takes(const Signature& signature, const Row& row);

// Element i of a buffer that holds an operand in the type that the signature gives it.
void StoreElement(const Signature& signature, Role role, void* buffer, std::size_t i, double value);

// Buffers for one call of a kernel on rows of one shape and parameters, one after another: every operand in its storage
// type, dense, outputs filled with NaN.
class CallBuffers {
 public:
  // Throws std::invalid_argument unless the rows are of the kernel's operation and formats, alike in shape, parameters
  // and operands, and a single one unless the operation works row by row.
  CallBuffers(const Kernel& kernel, std::span<const Row> rows);
  Status Run();
  // The results of row r, flat.
  Values Results(std::size_t r) const;

 private:
  const Kernel& kernel_;
  std::vector<Part> parts_;  // of one row
  Layout layout_;
  Parameters parameters_;
  std::map<Role, std::vector<std::uint64_t>> memory_;
  Operands operands_;
};

// The kernel's results for the row, alone in its own buffers. Throws std::runtime_error when it returns a status other
// than ok.
Values Apply(const Kernel& kernel, const Row& row);

// The kernel on many rows at once. Rows that depend on each other (IsRowWise) are called one by one.
std::vector<Values> ApplyBatch(const Kernel& kernel, const std::vector<Row>& rows);

// Whether the operation treats each row of [m, n] by itself, whatever its position: neither attention, nor a causal mask,
// nor a reduced loss.
bool IsRowWise(const Row& row);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_CASE_H_
