// The operations of operations.def, with their operands (roles.def) and parameters (parameters.def).
#ifndef SOFTMAX_VERIFY_OPERATION_H_
#define SOFTMAX_VERIFY_OPERATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace softmax_verify {

// --- Roles ------------------------------------------------------------------------------------------------------

enum class Role {
#define SV_ROLE(name, element, meaning) name,
#include "softmax_verify/roles.def"
#undef SV_ROLE
};

enum class Element { number, statistic, byte, index };

struct RoleInfo {
  Role role;
  std::string_view name;
  Element element;
  std::string_view meaning;
};

inline constexpr std::array kRoles = {
#define SV_ROLE(name, element, meaning) RoleInfo{Role::name, #name, Element::element, meaning},
#include "softmax_verify/roles.def"
#undef SV_ROLE
};

constexpr const RoleInfo& Info(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
constexpr std::string_view Name(Role role) { return Info(role).name; }

// A set of the values of an enumeration of at most 32.
template <class Enum>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<Enum> members) {
    for (const Enum member : members) Add(member);
  }
  constexpr void Add(Enum member) { bits_ |= Bit(member); }
  constexpr void Remove(Enum member) { bits_ &= ~Bit(member); }
  constexpr bool Has(Enum member) const { return (bits_ & Bit(member)) != 0; }
  constexpr bool IsEmpty() const { return bits_ == 0; }
  friend constexpr bool operator==(EnumSet, EnumSet) = default;
  friend constexpr auto operator<=>(EnumSet, EnumSet) = default;

 private:
  static constexpr std::uint32_t Bit(Enum member) { return std::uint32_t{1} << static_cast<unsigned>(member); }
  std::uint32_t bits_ = 0;
};
using RoleSet = EnumSet<Role>;

// --- Parameters -------------------------------------------------------------------------------------------------

enum class Reduction { none, sum, mean };  // mean: over the rows that are not ignored, by their weight
inline constexpr std::array<std::string_view, 3> kReductionNames = {"none", "sum", "mean"};
// Which logits of row i of m take part: j <= i, or j <= i + n - m so that the last row sees all.
enum class Causal { none, top_left, bottom_right };
inline constexpr std::array<std::string_view, 3> kCausalNames = {"none", "top_left", "bottom_right"};

enum class Parameter {
#define SV_PARAMETER(name, type, standard, domain, condition) name,
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER
};
using ParameterSet = EnumSet<Parameter>;

struct ParameterInfo {
  Parameter parameter;
  std::string_view name;
  std::string_view domain;
};
inline constexpr std::array kParameters = {
#define SV_PARAMETER(name, type, standard, domain, condition) ParameterInfo{Parameter::name, #name, domain},
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER
};
constexpr std::string_view Name(Parameter parameter) { return kParameters[static_cast<std::size_t>(parameter)].name; }

// Real numbers among them are representable in the format that the kernel computes in.
struct Parameters {
#define SV_PARAMETER(name, type, standard, domain, condition) type name = standard;
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER

  bool IsInDomain(Parameter parameter) const {
    switch (parameter) {
#define SV_PARAMETER(name, type, standard, domain, condition) \
  case Parameter::name:                                       \
    return condition;
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER
    }
    return false;
  }

  // The value where a parameter is a real number; null for the others.
  const double* Real(Parameter parameter) const {
    const auto real = [](const auto& value) -> const double* {
      if constexpr (std::is_same_v<decltype(value), const double&>) return &value;
      return nullptr;
    };
    switch (parameter) {
#define SV_PARAMETER(name, type, standard, domain, condition) \
  case Parameter::name:                                       \
    return real(name);
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER
    }
    return nullptr;
  }
  double* Real(Parameter parameter) { return const_cast<double*>(std::as_const(*this).Real(parameter)); }

  bool Scales() const { return scale != 1 || temperature != 1; }
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

// --- Operations -------------------------------------------------------------------------------------------------

enum class Operation {
#define SV_OPERATION(name, operands, parameters, definition) name,
#include "softmax_verify/operations.def"
#undef SV_OPERATION
};

// What a problem measures: m rows of n logits (queries and keys of attention), vectors of depth d.
struct Shape {
  std::size_t m = 1;
  std::size_t n = 0;
  std::size_t d = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
};

struct Operand {
  Role role{};
  bool optional = false;
  bool output = false;
  std::string_view dims;  // "m,n"

  // How many elements it has.
  constexpr std::size_t Extent(const Shape& shape, Reduction reduction) const {
    std::size_t extent = 1;
    for (const char dim : dims) {
      if (dim == 'm' || (dim == 'r' && reduction == Reduction::none)) extent *= shape.m;
      if (dim == 'n') extent *= shape.n;
      if (dim == 'd') extent *= shape.d;
    }
    return extent;
  }
  // One slice for each row, as x[m,n] has; not k[n,d] or weight[n].
  constexpr bool IsRowWise() const { return dims.front() == 'm'; }
};

class OperandList {
 public:
  static constexpr std::size_t kMost = 12;

  // Reads the column `operands` of operations.def; throws (at compile time: does not compile) where it is malformed.
  constexpr explicit OperandList(std::string_view text) {
    bool output = false;
    while (!text.empty()) {
      if (text.front() == ' ') {
        text.remove_prefix(1);
      } else if (text.starts_with("->")) {
        output = true;
        text.remove_prefix(2);
      } else {
        const std::size_t open = text.find('['), close = text.find(']');
        if (open == text.npos || close == text.npos) throw "an operand is name[dims] or name[dims]?";
        Operand operand{RoleOf(text.substr(0, open)), false, output, text.substr(open + 1, close - open - 1)};
        text.remove_prefix(close + 1);
        if (text.starts_with("?")) {
          operand.optional = true;
          text.remove_prefix(1);
        }
        operands_[size_++] = operand;
      }
    }
  }

  constexpr const Operand* begin() const { return operands_.data(); }
  constexpr const Operand* end() const { return operands_.data() + size_; }
  constexpr const Operand* Find(Role role) const {
    for (const Operand& operand : *this) {
      if (operand.role == role) return &operand;
    }
    return nullptr;
  }
  // Those that are not optional.
  constexpr RoleSet Required() const {
    RoleSet roles;
    for (const Operand& operand : *this) {
      if (!operand.optional) roles.Add(operand.role);
    }
    return roles;
  }

 private:
  static constexpr Role RoleOf(std::string_view name) {
    for (const RoleInfo& info : kRoles) {
      if (info.name == name) return info.role;
    }
    throw "no such role in roles.def";
  }

  std::array<Operand, kMost> operands_{};
  std::size_t size_ = 0;
};

constexpr ParameterSet ParseParameterSet(std::string_view text) {
  ParameterSet parameters;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    bool known = false;
    for (const ParameterInfo& info : kParameters) {
      if (info.name == word) {
        parameters.Add(info.parameter);
        known = true;
      }
    }
    if (!known) throw "no such parameter in parameters.def";
    text = blank == text.npos ? "" : text.substr(blank + 1);
  }
  return parameters;
}

struct OperationInfo {
  Operation operation;
  std::string_view name;
  std::string_view shape;       // the operands as operations.def has them
  OperandList operands;
  ParameterSet parameters;
  std::string_view definition;  // over the real numbers
};

inline constexpr std::array kOperations = {
#define SV_OPERATION(name, operands, parameters, definition)                                        \
  OperationInfo{Operation::name, #name, operands, OperandList(operands), ParseParameterSet(parameters), definition},
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
