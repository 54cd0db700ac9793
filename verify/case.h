// One row to try kernels on, with its exact results computed once, on first use.
#ifndef SOFTMAX_VERIFY_VERIFY_CASE_H_
#define SOFTMAX_VERIFY_VERIFY_CASE_H_

#include <memory>
#include <string>
#include <vector>

#include "reference/reference.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

// The logits of one row: values of `format`, held as doubles.
struct Row {
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  std::vector<double> x;
  Parameters parameters;

  friend bool operator==(const Row&, const Row&) = default;
};

// {0x1p+0, -inf, ...}: hex floats that read back, `limit` elements at most.
std::string ToString(const Row& row, std::size_t limit = 32);

class Case {
 public:
  explicit Case(Row row) : row_(std::move(row)), exact_(std::make_shared<std::vector<reference::Enclosure>>()) {}

  const Row& row() const { return row_; }
  std::size_t size() const { return row_.x.size(); }
  // The exact results; computed at the first call, shared by copies. Not for concurrent first calls.
  const std::vector<reference::Enclosure>& exact() const;

 private:
  Row row_;
  std::shared_ptr<std::vector<reference::Enclosure>> exact_;
};

// The kernel's result for the row, alone in its own buffer, poisoned with NaN beforehand.
// Throws std::runtime_error when the kernel returns a status other than ok.
std::vector<double> Apply(const Kernel& kernel, const Row& row);

// The kernel on many rows of one length at once, as [rows, cols].
std::vector<std::vector<double>> ApplyBatch(const Kernel& kernel, const std::vector<Row>& rows);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_CASE_H_
