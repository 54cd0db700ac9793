// A C declaration, as it stands in a header, read as the plan of a call: what each argument is for, and what comes back.
#ifndef SOFTMAX_VERIFY_VERIFY_DECLARATION_H_
#define SOFTMAX_VERIFY_VERIFY_DECLARATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

// A C type without its pointers and qualifiers.
struct CType {
  enum class Kind { nothing, boolean, integer, floating };
  Kind kind = Kind::nothing;
  std::size_t bytes = 0;
  bool is_signed = false;
  Format format{};   // of Kind::floating
  std::string name;  // as it was written

  friend bool operator==(const CType& a, const CType& b) {
    return a.kind == b.kind && a.bytes == b.bytes && a.is_signed == b.is_signed && a.format == b.format;
  }
};

// The sizes that a kernel is told. Strides are in elements: ldx is that of the rows of x and dx, ldy of those of y and dy;
// whatever else has a slice for each row is dense.
enum class Dimension { rows, cols, n, ldx, ldy, outer, axis_len, inner, seq_q, seq_k, head_dim };
std::string_view Name(Dimension dimension);

struct Argument {
  enum class Use { operand, dimension, parameter, constant, workspace, workspace_bytes };
  std::string name;
  CType type;  // of the argument, or of what it points to
  bool is_pointer = false;
  bool is_const = false;  // what it points to
  Use use = Use::constant;
  Role role{};            // of an operand
  Dimension dimension{};  // of a dimension
  Parameter parameter{};  // of a parameter
  // Of a constant, of workspace_bytes, and of a parameter that has a default value: what is passed. 0 of a pointer: null.
  std::optional<double> number;
  std::int64_t integer = 0;  // the same where the type is an integer
};

// What is left of a declaration once every name has its role.
struct Declaration {
  // How the rows of a call reach the kernel: rows and cols; one by one (n); [outer, axis_len, inner]; a head of attention.
  enum class Form { rows, one_row, axis, head };
  enum class Returns { nothing, status, value };  // value: that of the one output, of one row

  std::string symbol;
  CType return_type;
  Returns returns = Returns::nothing;
  Form form = Form::rows;
  std::vector<Argument> arguments;
  // What laws may ask: the operands that it takes, those that share memory and the returned one included; the parameters
  // that it is told, less those with default values.
  Signature signature;
  // Results that take the place of an input: there is no argument for them.
  std::optional<Role> in_place_of;
  std::optional<Role> in_place;  // the output
  // An lse beside the results of an operation that has none.
  std::optional<Format> extra_lse;
  Parameters constants;  // with the default values
  // Of sizes with a default value: the length of a row, the depth of queries and keys. 0: any.
  std::size_t fixed_length = 0, fixed_depth = 0;
  ParameterSet constant;  // parameters that have one

  bool Has(Dimension dimension) const;
  const Argument* Find(Role role) const;
};

// What the command line says beside the declaration.
struct DeclarationHints {
  std::optional<Operation> operation;
  std::optional<Format> format;
  std::map<std::string, std::string> roles;  // --role name=role
  ParameterSet given;                        // parameters that the kernel is known to apply by itself: --scale 0.125
};

// Throws std::invalid_argument: one line that says what is wrong and what would be right. Nothing is guessed: an
// operation follows from the roles, or from the symbol where the roles leave several, or is asked for.
Declaration ParseDeclaration(std::string_view text, const DeclarationHints& hints = {});

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_DECLARATION_H_
