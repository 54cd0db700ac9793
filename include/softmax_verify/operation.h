// The operations of operations.def.
#ifndef SOFTMAX_VERIFY_OPERATION_H_
#define SOFTMAX_VERIFY_OPERATION_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace softmax_verify {

enum class Operation {
#define SV_OPERATION(name, shape, definition) name,
#include "softmax_verify/operations.def"
#undef SV_OPERATION
};

struct OperationInfo {
  Operation operation;
  std::string_view name;
  std::string_view shape;       // of one row
  std::string_view definition;  // over the real numbers
};

inline constexpr std::array kOperations = {
#define SV_OPERATION(name, shape, definition) OperationInfo{Operation::name, #name, shape, definition},
#include "softmax_verify/operations.def"
#undef SV_OPERATION
};

constexpr const OperationInfo& Info(Operation operation) { return kOperations[static_cast<std::size_t>(operation)]; }
constexpr std::string_view Name(Operation operation) { return Info(operation).name; }

constexpr std::optional<Operation> ParseOperation(std::string_view name) {
  for (const OperationInfo& info : kOperations) {
    if (info.name == name) return info.operation;
  }
  return std::nullopt;
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_OPERATION_H_
