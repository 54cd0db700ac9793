// What a kernel is asked, apart from memory: the operands as real numbers.
#ifndef SOFTMAX_VERIFY_ROW_H_
#define SOFTMAX_VERIFY_ROW_H_

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

using Values = std::vector<double>;

// One row of logits and whatever else the operation takes; several rows where they depend on each other or on their
// position (causal masks, reduced losses), and a whole head of attention. Values of `format` (statistics: of
// `statistics`), held as doubles; so are bytes and indices, -2^53 < index < 2^53.
struct Row {
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  Values x = {};  // the logits, [m, n]; empty where the operation takes none
  Parameters parameters = {};
  std::map<Role, Values> others = {};  // the other inputs; an operand that is left out is not there
  std::size_t m = 1;              // rows
  std::size_t d = 0;              // depth of attention
  Format statistics = format;
  RoleSet outputs = {};  // of the optional results, those that are wanted

  friend bool operator==(const Row&, const Row&) = default;

  bool Has(Role role) const { return role == Role::x ? !x.empty() : others.contains(role); }
  // The values of an input; none where it is left out.
  const Values& operator[](Role role) const {
    static const Values none;
    if (role == Role::x) return x;
    const auto found = others.find(role);
    return found == others.end() ? none : found->second;
  }
  Values& operator[](Role role) { return role == Role::x ? x : others[role]; }
  // Row i of an input with a slice of n for each row; empty where it is left out.
  std::span<const double> Slice(Role role, std::size_t i) const {
    const Values& values = (*this)[role];
    const std::size_t n = values.size() / m;
    return std::span(values).subspan(i * n, n);
  }
  Shape GetShape() const {
    for (const Operand& operand : Info(operation).operands) {
      if (operand.output || !Has(operand.role)) continue;
      if (operand.dims == "m,n") return {m, (*this)[operand.role].size() / m, d};
      if (operand.dims == "n,d") return {m, (*this)[operand.role].size() / d, d};
    }
    return {m, 0, d};
  }
};

// The results of a row, flat: the outputs one after another, each from its first row to its last.
struct Part {
  Role role{};
  Format format{};
  std::size_t begin = 0;
  std::size_t count = 0;
};
inline std::vector<Part> PartsOf(const Row& row) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (const Operand& operand : Info(row.operation).operands) {
    if (!operand.output || (operand.optional && !row.outputs.Has(operand.role))) continue;
    const std::size_t count = operand.Extent(row.GetShape(), row.parameters.reduction);
    const bool statistic = Info(operand.role).element == Element::statistic;
    parts.push_back({operand.role, statistic ? row.statistics : row.format, begin, count});
    begin += count;
  }
  return parts;
}
inline std::size_t CountResults(const Row& row) {
  std::size_t count = 0;
  for (const Part& part : PartsOf(row)) count += part.count;
  return count;
}
// The format of every result.
inline std::vector<Format> ResultFormats(const Row& row) {
  std::vector<Format> formats;
  for (const Part& part : PartsOf(row)) formats.insert(formats.end(), part.count, part.format);
  return formats;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_ROW_H_
