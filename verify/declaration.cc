#include "verify/declaration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <utility>

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

constexpr std::array<std::string_view, 11> kDimensions = {"rows",  "cols",     "n",     "ldx",   "ldy",     "outer",
                                                          "axis_len", "inner", "seq_q", "seq_k", "head_dim"};

// --- Words ------------------------------------------------------------------------------------------------------

// Names, numbers and single other characters; "..." and "::" are one word each.
std::vector<std::string> SplitIntoWords(std::string_view text) {
  std::vector<std::string> words;
  const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  while (!text.empty()) {
    std::size_t size = 1;
    if (std::isspace(static_cast<unsigned char>(text.front())) != 0) {
      text.remove_prefix(1);
      continue;
    }
    if (text.starts_with("//") || text.starts_with("/*")) {
      const std::size_t end = text.find(text[1] == '/' ? "\n" : "*/", 2);
      text.remove_prefix(end == text.npos ? text.size() : end + (text[1] == '/' ? 1 : 2));
      continue;
    }
    if (text.starts_with("...")) {
      size = 3;
    } else if (text.starts_with("::")) {
      size = 2;
    } else if (text.front() == '"') {
      const std::size_t end = text.find('"', 1);
      size = end == text.npos ? text.size() : end + 1;
    } else if (is_name(text.front()) || (text.front() == '.' && text.size() > 1 && is_name(text[1]))) {
      const bool number = std::isdigit(static_cast<unsigned char>(text.front())) != 0 || text.front() == '.';
      const bool hex = text.starts_with("0x") || text.starts_with("0X");
      while (size < text.size()) {
        const char before = text[size - 1];
        const bool exponent = hex ? before == 'p' || before == 'P' : before == 'e' || before == 'E';
        const bool sign = number && exponent && (text[size] == '+' || text[size] == '-');
        if (!is_name(text[size]) && !(number && text[size] == '.') && !sign) break;
        ++size;
      }
    }
    words.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return words;
}

bool IsName(const std::string& word) {
  return !word.empty() && (std::isalpha(static_cast<unsigned char>(word.front())) != 0 || word.front() == '_');
}

class Words {
 public:
  explicit Words(std::string_view text) : words_(SplitIntoWords(text)) {}

  bool AtEnd() const { return next_ == words_.size(); }
  const std::string& Peek(std::size_t ahead = 0) const {
    static const std::string none;
    return next_ + ahead < words_.size() ? words_[next_ + ahead] : none;
  }
  std::string Take() { return AtEnd() ? std::string() : words_[next_++]; }
  bool Skip(std::string_view word) {
    if (Peek() != word) return false;
    ++next_;
    return true;
  }
  // Everything up to the parenthesis or bracket that closes the one just taken.
  void SkipToClose() {
    for (int depth = 1; depth > 0 && !AtEnd();) {
      const std::string word = Take();
      if (word == "(" || word == "[") ++depth;
      if (word == ")" || word == "]") --depth;
    }
  }

 private:
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

// --- Types ------------------------------------------------------------------------------------------------------

CType Integer(std::size_t bytes, bool is_signed) { return {CType::Kind::integer, bytes, is_signed, {}, ""}; }
CType Floating(Format format) { return {CType::Kind::floating, Info(format).bytes, true, format, ""}; }

std::optional<CType> NamedType(const std::string& name) {
  static const std::map<std::string, CType> types = {
      {"void", {}},
      {"bool", {CType::Kind::boolean, 1, false, {}, ""}},
      {"_Bool", {CType::Kind::boolean, 1, false, {}, ""}},
      {"float", Floating(Format::f32)},
      {"double", Floating(Format::f64)},
      {"float32_t", Floating(Format::f32)},
      {"float64_t", Floating(Format::f64)},
      {"_Float16", Floating(Format::f16)},
      {"__fp16", Floating(Format::f16)},
      {"float16_t", Floating(Format::f16)},
      {"__bf16", Floating(Format::bf16)},
      {"bfloat16_t", Floating(Format::bf16)},
      {"int8_t", Integer(1, true)},
      {"int16_t", Integer(2, true)},
      {"int32_t", Integer(4, true)},
      {"int64_t", Integer(8, true)},
      {"uint8_t", Integer(1, false)},
      {"uint16_t", Integer(2, false)},
      {"uint32_t", Integer(4, false)},
      {"uint64_t", Integer(8, false)},
      {"size_t", Integer(8, false)},
      {"ssize_t", Integer(8, true)},
      {"ptrdiff_t", Integer(8, true)},
      {"intptr_t", Integer(8, true)},
      {"uintptr_t", Integer(8, false)},
  };
  static_assert(sizeof(std::size_t) == 8 && sizeof(long) == 8 && sizeof(int) == 4);
  const auto found = types.find(name);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

bool IsQualifier(const std::string& word) {
  constexpr std::array<std::string_view, 6> words = {"const", "volatile", "restrict", "__restrict", "__restrict__", "std"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct TypedName {
  CType type;
  bool is_pointer = false;
  bool is_const = false;
  std::string name;
};

// A type and the name after it, which may be missing. `what` begins an error.
TypedName TakeTypedName(Words* words, const std::string& what) {
  TypedName result;
  int longs = 0;
  bool is_short = false, is_signed = false, is_unsigned = false, is_int = false, is_char = false;
  std::optional<CType> named;
  std::string written;
  const auto is_plain = [&] { return longs > 0 || is_short || is_signed || is_unsigned || is_int || is_char; };
  for (;; words->Take()) {
    const std::string& word = words->Peek();
    if (word == "::") continue;
    if (IsQualifier(word)) {
      result.is_const |= word == "const";
      continue;
    }
    if (word == "long") {
      ++longs;
    } else if (word == "short") {
      is_short = true;
    } else if (word == "signed") {
      is_signed = true;
    } else if (word == "unsigned") {
      is_unsigned = true;
    } else if (word == "int") {
      is_int = true;
    } else if (word == "char") {
      is_char = true;
    } else if (named || is_plain()) {
      break;
    } else if (const auto known = NamedType(word)) {
      named = known;
    } else if (!IsName(word)) {
      Reject(fmt::format("{}: '{}' where a type belongs; wanted is something like 'const float* x' or 'size_t rows'", what,
                         word));
    } else {
      Reject(fmt::format("{}: '{}' is no type known here; wanted are float, double, _Float16, __bf16, uint16_t with "
                         "--dtype, the integer types of C and <stdint.h>, bool, and no macros", what, word));
    }
    written += (written.empty() ? "" : " ") + word;
  }
  if (named) {
    if (is_plain()) Reject(fmt::format("{}: '{}' is no type", what, written));
    result.type = *named;
  } else {
    const std::size_t bytes = is_char ? 1 : is_short ? 2 : longs > 0 ? 8 : 4;
    result.type = Integer(bytes, !is_unsigned);
  }
  result.type.name = written;
  while (words->Peek() == "*" || words->Peek() == "&" || IsQualifier(words->Peek())) {
    const std::string word = words->Take();
    if (word == "&") Reject(fmt::format("{}: a reference; C has pointers and values alone", what));
    if (word != "*") continue;
    if (result.is_pointer) {
      Reject(fmt::format("{}: a pointer to a pointer; an operand is one block of memory, such as const float* x", what));
    }
    result.is_pointer = true;
  }
  if (IsName(words->Peek())) result.name = words->Take();
  return result;
}

std::string ToString(const TypedName& typed) {
  return fmt::format("{}{}{}", typed.is_const ? "const " : "", typed.type.name, typed.is_pointer ? "*" : "");
}
std::string TypeOf(const Argument& argument) {
  return ToString({argument.type, argument.is_pointer, argument.is_const, ""});
}

// --- The declaration as it is written ----------------------------------------------------------------------------

// After "=": the value of an argument.
void TakeDefault(Words* words, Argument* argument) {
  const bool negative = words->Skip("-");
  if (!negative) words->Skip("+");
  const std::string word = words->Take();
  const auto complain = [&](std::string_view wanted) {
    Reject(fmt::format("the default value '{}{}' of {} is no constant that can be passed; wanted is {}", negative ? "-" : "",
                       word, argument->name, wanted));
  };
  if (argument->is_pointer) {
    if (word != "nullptr" && word != "NULL" && word != "0") complain("nullptr, or none");
    argument->number = 0;
    return;
  }
  if (word == "true" || word == "false") {
    argument->integer = word == "true";
    argument->number = static_cast<double>(argument->integer);
    return;
  }
  const bool floating = argument->type.kind == CType::Kind::floating;
  std::string digits = word;
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  const bool is_fraction = digits.find_first_of(hex ? ".pP" : ".eE") != digits.npos;
  // The suffixes of literals; f is a digit of hexadecimal integers.
  while (!digits.empty() && std::string_view(hex && !is_fraction ? "lLuU" : "fFlLuU").find(digits.back()) != std::string_view::npos) {
    digits.pop_back();
  }
  char* end = nullptr;
  errno = 0;
  if (floating || is_fraction) {
    if (!floating) complain("a whole number");
    double value = std::strtod(digits.c_str(), &end);
    if (digits.empty() || *end != '\0') complain("a number such as 0.125f");
    value = RoundToFormat(argument->type.format, negative ? -value : value);
    argument->number = value;
    return;
  }
  const long long value = std::strtoll(digits.c_str(), &end, 0);
  if (digits.empty() || *end != '\0' || errno != 0) complain("a whole number such as 1");
  argument->integer = negative ? -value : value;
  argument->number = static_cast<double>(argument->integer);
}

Argument TakeArgument(Words* words, std::size_t position) {
  if (words->Peek() == "...") Reject("a variable argument list cannot be called; declare every argument");
  TypedName typed = TakeTypedName(words, fmt::format("argument {}", position));
  if (words->Peek() == "(") {
    Reject(fmt::format("argument {} is a function; operands, sizes and parameters can be passed", position));
  }
  if (typed.name.empty()) {
    Reject(fmt::format("argument {} ({}) has no name; names tell what arguments are for, as in 'const float* x'", position,
                       ToString(typed)));
  }
  while (words->Skip("[")) {  // an array is a pointer
    if (typed.is_pointer) Reject(fmt::format("{} is an array of pointers; an operand is one block of memory", typed.name));
    typed.is_pointer = true;
    words->SkipToClose();
    if (words->Peek() == "[") Reject(fmt::format("{} has two dimensions; declare it as a pointer", typed.name));
  }
  if (typed.type.kind == CType::Kind::nothing && !typed.is_pointer) {
    Reject(fmt::format("{} is void; wanted is a type such as size_t", typed.name));
  }
  Argument argument{typed.name, typed.type, typed.is_pointer, typed.is_const, Argument::Use::constant, {}, {}, {}, {}, 0};
  if (words->Skip("=")) TakeDefault(words, &argument);
  return argument;
}

struct Written {
  std::string symbol;
  TypedName returns;
  std::vector<Argument> arguments;
};

Written ReadDeclaration(std::string_view text) {
  constexpr std::string_view kWanted = "wanted is a C declaration: void my_softmax(const float* x, float* y, size_t rows, size_t cols)";
  Words words(text);
  if (words.AtEnd()) Reject(fmt::format("the declaration is empty; {}", kWanted));
  for (;;) {
    if (words.Skip("extern")) {
      if (words.Peek() == "\"C\"") words.Take();
    } else if (words.Peek() == "[" && words.Peek(1) == "[") {
      words.Take();
      words.SkipToClose();
    } else if (words.Skip("__attribute__") || words.Skip("__declspec")) {
      words.Take();
      words.SkipToClose();
    } else if (words.Peek() == "inline" || words.Peek() == "static") {
      Reject(fmt::format("a function that is {} is no symbol of a library", words.Peek()));
    } else if (words.Peek() == "template" || words.Peek() == "auto") {
      Reject(fmt::format("'{}' belongs to C++; {}", words.Peek(), kWanted));
    } else {
      break;
    }
  }
  Written written;
  written.returns = TakeTypedName(&words, "the return type");
  written.symbol = written.returns.name;
  if (words.Peek() == "::") {
    Reject(fmt::format("{}::... is a C++ name, which compilers mangle; declare the function extern \"C\"", written.symbol));
  }
  if (written.symbol.empty()) {
    Reject(fmt::format("no function name before '{}'; {}", words.Peek(), kWanted));
  }
  if (!words.Skip("(")) Reject(fmt::format("'(' belongs after {}; {}", written.symbol, kWanted));
  if (words.Peek() == "void" && words.Peek(1) == ")") words.Take();
  for (std::size_t position = 1; !words.Skip(")"); ++position) {
    if (words.AtEnd()) Reject(fmt::format("the list of arguments of {} does not end; ')' is missing", written.symbol));
    written.arguments.push_back(TakeArgument(&words, position));
    if (words.Peek() == ",") {
      words.Take();
      if (words.Peek() == ")") Reject("an argument is missing after the last ','");
    } else if (words.Peek() != ")" && !words.AtEnd()) {
      Reject(fmt::format("'{}' after argument {}; ',' or ')' belongs there", words.Peek(), position));
    }
  }
  while (words.Skip("noexcept") || words.Skip(";")) {
  }
  if (words.Skip("__attribute__")) {
    words.Take();
    words.SkipToClose();
    words.Skip(";");
  }
  if (!words.AtEnd()) Reject(fmt::format("'{}' after the declaration; one declaration is wanted, without a body", words.Peek()));
  for (std::size_t i = 0; i < written.arguments.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (written.arguments[i].name == written.arguments[j].name) {
        Reject(fmt::format("two arguments are called {}", written.arguments[i].name));
      }
    }
  }
  return written;
}

// --- Roles ------------------------------------------------------------------------------------------------------

template <class Infos>
auto FindByName(const Infos& infos, std::string_view name) {
  return std::find_if(infos.begin(), infos.end(), [&](const auto& info) { return info.name == name; });
}

std::string ListOfRoles() {
  std::vector<std::string_view> names;
  for (const RoleInfo& role : kRoles) names.push_back(role.name);
  names.insert(names.end(), kDimensions.begin(), kDimensions.end());
  for (const ParameterInfo& parameter : kParameters) names.push_back(parameter.name);
  return fmt::format("{}, workspace, workspace_bytes", fmt::join(names, ", "));
}

// The role that a name stands for.
std::string RoleName(const std::string& name, const DeclarationHints& hints) {
  const auto renamed = hints.roles.find(name);
  return renamed == hints.roles.end() ? name : renamed->second;
}

// The length of a row, by whichever name.
bool IsLength(Dimension dimension) {
  using D = Dimension;
  return dimension == D::cols || dimension == D::n || dimension == D::axis_len || dimension == D::seq_k;
}
constexpr std::int64_t kMostFixed = 1 << 20;

// What the argument's name says; nothing about operations yet.
void SetUse(Argument* argument, const DeclarationHints& hints) {
  const std::string role = RoleName(argument->name, hints);
  const auto want = [&](bool fits, std::string_view wanted) {
    if (!fits) Reject(fmt::format("{} is {}, not {}", argument->name, wanted, TypeOf(*argument)));
  };
  const bool is_integer = !argument->is_pointer && argument->type.kind == CType::Kind::integer;
  const bool is_boolean = !argument->is_pointer && argument->type.kind == CType::Kind::boolean;
  const bool is_floating = !argument->is_pointer && argument->type.kind == CType::Kind::floating;
  if (role == "workspace") {
    want(argument->is_pointer && !argument->is_const, "memory to work in, void*");
    argument->use = Argument::Use::workspace;
  } else if (role == "workspace_bytes") {
    want(is_integer, "an integer");
    if (!argument->number || argument->integer < 0) {
      Reject(fmt::format("how large the workspace is has to be said: {} {} = N", argument->type.name, argument->name));
    }
    argument->use = Argument::Use::workspace_bytes;
  } else if (const auto dimension = std::find(kDimensions.begin(), kDimensions.end(), role);
             dimension != kDimensions.end()) {
    want(is_integer, "a size, an integer");
    argument->use = Argument::Use::dimension;
    argument->dimension = static_cast<Dimension>(dimension - kDimensions.begin());
    if (!argument->number) return;
    if (!IsLength(argument->dimension) && argument->dimension != Dimension::head_dim) {
      Reject(fmt::format("{} is a size, which is varied; leave out its default value", argument->name));
    }
    if (argument->integer < 1 || argument->integer > kMostFixed) {
      Reject(fmt::format("{} = {}: a size that is fixed is from 1 to {}", argument->name, argument->integer, kMostFixed));
    }
  } else if (const auto parameter = FindByName(kParameters, role); parameter != kParameters.end()) {
    argument->use = Argument::Use::parameter;
    argument->parameter = parameter->parameter;
    switch (parameter->parameter) {
      case Parameter::ignore_index:
      case Parameter::reduction:
        want(is_integer, "an integer");
        break;
      case Parameter::causal:
        want(is_integer || is_boolean, "an integer or bool");
        break;
      default:
        want(is_floating && Info(argument->type.format).p >= Info(Format::f32).p, "float or double");
    }
  } else if (const auto operand = FindByName(kRoles, role); operand != kRoles.end()) {
    want(argument->is_pointer, fmt::format("an operand ({}), a pointer", operand->meaning));
    argument->use = Argument::Use::operand;
    argument->role = operand->role;
  } else if (role != argument->name) {
    Reject(fmt::format("--role {}={}: there is no role '{}'; roles are {}", argument->name, role, role, ListOfRoles()));
  } else if (!argument->number) {
    Reject(fmt::format("what is '{}' for? Roles are {}. Say --role {}=ROLE, or give it a default value to be passed as it is: "
                       "{} {} = {}",
                       argument->name, ListOfRoles(), argument->name, TypeOf(*argument), argument->name,
                       argument->is_pointer ? "nullptr" : "1"));
  }
}

// The roles of a declaration under one operation.
class Plan {
 public:
  Plan(const Written& written, Operation operation, const DeclarationHints& hints)
      : hints_(hints), info_(Info(operation)) {
    plan_.symbol = written.symbol;
    plan_.return_type = written.returns.type;
    plan_.arguments = written.arguments;
    plan_.signature.operation = operation;
    returns_pointer_ = written.returns.is_pointer;
  }

  Declaration Make() {
    TakeParameters();
    TakeForm();
    TakeOperands();
    TakeReturn();
    TakeFormats();
    FindMissing();
    return std::move(plan_);
  }

 private:
  std::string Knows() const {
    std::vector<std::string_view> parameters;
    for (const ParameterInfo& parameter : kParameters) {
      if (info_.parameters.Has(parameter.parameter)) parameters.push_back(parameter.name);
    }
    return fmt::format("its operands are {}{}{}", info_.shape, parameters.empty() ? "" : ", its parameters ",
                       fmt::join(parameters, " "));
  }

  void TakeParameters() {
    ParameterSet seen;
    for (const Argument& argument : plan_.arguments) {
      if (argument.use != Argument::Use::parameter) continue;
      const Parameter parameter = argument.parameter;
      if (!info_.parameters.Has(parameter)) {
        Reject(fmt::format("{} knows no {}; {}. {} can be a constant: {} {} = VALUE under another name", info_.name,
                           Name(parameter), Knows(), argument.name, argument.type.name, argument.name));
      }
      if (seen.Has(parameter)) Reject(fmt::format("two arguments are the {}", Name(parameter)));
      seen.Add(parameter);
      if (!argument.number) {
        plan_.signature.parameters.Add(parameter);
        continue;
      }
      plan_.constant.Add(parameter);
      SetConstant(argument);
    }
    if (info_.operands.Find(Role::q) != nullptr && !seen.Has(Parameter::scale) && !hints_.given.Has(Parameter::scale)) {
      Reject("attention needs its scale: an argument such as 'float scale', 'float scale = 0.125f', or the option --scale "
             "0.125 for a kernel that has it built in");
    }
  }

  void SetConstant(const Argument& argument) {
    const double value = *argument.number;
    const auto require = [&](bool good) {
      if (good) return;
      Reject(fmt::format("the default value {} of {} is outside its domain: {}", value, argument.name,
                         kParameters[static_cast<std::size_t>(argument.parameter)].domain));
    };
    Parameters& constants = plan_.constants;
    switch (argument.parameter) {
      case Parameter::scale:
        require(value > 0 && value < std::numeric_limits<double>::infinity());
        constants.scale = value;
        return;
      case Parameter::temperature:
        require(value > 0 && value < std::numeric_limits<double>::infinity());
        constants.temperature = value;
        return;
      case Parameter::alpha:
        require(value >= 1 && value <= 4);
        constants.alpha = value;
        return;
      case Parameter::label_smoothing:
        require(value >= 0 && value < 1);
        constants.label_smoothing = value;
        return;
      case Parameter::ignore_index:
        constants.ignore_index = argument.integer;
        return;
      case Parameter::reduction:
        require(argument.integer >= 0 && argument.integer < static_cast<std::int64_t>(kReductionNames.size()));
        constants.reduction = static_cast<Reduction>(argument.integer);
        return;
      case Parameter::causal:
        // 1 is whatever the contract says: the caller of ParseDeclaration may make it bottom_right.
        require(argument.integer >= 0 && argument.integer < static_cast<std::int64_t>(kCausalNames.size()));
        constants.causal = static_cast<Causal>(argument.integer);
        return;
    }
  }

  void TakeForm() {
    std::vector<Dimension> seen;
    for (const Argument& argument : plan_.arguments) {
      if (argument.use != Argument::Use::dimension) continue;
      if (plan_.Has(argument.dimension) && std::find(seen.begin(), seen.end(), argument.dimension) != seen.end()) {
        Reject(fmt::format("two arguments are {}", Name(argument.dimension)));
      }
      seen.push_back(argument.dimension);
      if (argument.number) {
        (IsLength(argument.dimension) ? plan_.fixed_length : plan_.fixed_depth) = static_cast<std::size_t>(argument.integer);
      }
    }
    const auto only = [&](std::initializer_list<Dimension> needed, std::initializer_list<Dimension> allowed,
                          std::string_view form) {
      for (const Dimension dimension : needed) {
        if (!plan_.Has(dimension)) Reject(fmt::format("{} is missing: {}", Name(dimension), form));
      }
      for (const Dimension dimension : seen) {
        const bool fits = std::find(needed.begin(), needed.end(), dimension) != needed.end() ||
                          std::find(allowed.begin(), allowed.end(), dimension) != allowed.end();
        if (!fits) Reject(fmt::format("{} has no place here: {}", Name(dimension), form));
      }
    };
    using D = Dimension;
    if (info_.operands.Find(Role::q) != nullptr) {
      plan_.form = Declaration::Form::head;
      only({D::seq_q, D::seq_k, D::head_dim}, {}, "attention has seq_q, seq_k and head_dim");
    } else if (plan_.Has(D::outer) || plan_.Has(D::axis_len) || plan_.Has(D::inner)) {
      plan_.form = Declaration::Form::axis;
      only({D::outer, D::axis_len, D::inner}, {}, "a kernel along an axis has outer, axis_len and inner, and is dense");
    } else if (plan_.Has(D::n)) {
      plan_.form = Declaration::Form::one_row;
      only({D::n}, {}, "n alone is a kernel for one row; a matrix has rows and cols");
    } else {
      plan_.form = Declaration::Form::rows;
      only({D::rows, D::cols}, {D::ldx, D::ldy}, "a matrix has rows and cols, a kernel for one row has n alone");
    }
  }

  void TakeOperands() {
    const Operation operation = info_.operation;
    for (Argument& argument : plan_.arguments) {
      if (argument.use != Argument::Use::operand) continue;
      Role& role = argument.role;
      // The names that section goes by, where the operation has but one operand of the kind.
      if (operation == Operation::logsumexp && role == Role::y) role = Role::lse;
      if (role == Role::dy && info_.operands.Find(Role::dy) == nullptr && info_.operands.Find(Role::dloss) != nullptr) {
        role = Role::dloss;
      }
      const Operand* const operand = info_.operands.Find(role);
      if (operand == nullptr) {
        if (role == Role::lse && !argument.is_const && HasLse()) {
          if (argument.type.kind != CType::Kind::floating && !IsHalf(argument)) WrongType(argument, "T* or float*");
          plan_.extra_lse = FormatOfElements(argument);
          continue;
        }
        Reject(fmt::format("{} has no operand {}; {}", info_.name, Name(role), Knows()));
      }
      if (plan_.signature.operands.Has(role)) Reject(fmt::format("two arguments are {}", Name(role)));
      if (argument.number) {
        if (!operand->optional) Reject(fmt::format("{} cannot do without {}, which is null", info_.name, argument.name));
        continue;  // null, always: as if it were not there
      }
      if (operand->output && argument.is_const) {
        Reject(fmt::format("{} is a result of {} and cannot be written through {}", argument.name, info_.name,
                           TypeOf(argument)));
      }
      plan_.signature.operands.Add(role);
    }
    ShareMemory();
  }

  // A row of logits has a logsumexp.
  bool HasLse() const {
    return info_.operands.Find(Role::x) != nullptr && !info_.operands.Find(Role::x)->optional &&
           info_.operands.Find(Role::lse) == nullptr;
  }

  // The result takes the place of the only input that can be written.
  void ShareMemory() {
    for (const Operand& operand : info_.operands) {
      if (!operand.output || operand.optional || operand.dims != "m,n" || plan_.signature.operands.Has(operand.role)) continue;
      std::vector<Role> places;
      for (const Argument& argument : plan_.arguments) {
        if (argument.use != Argument::Use::operand || argument.is_const || argument.number) continue;
        const Operand* const input = info_.operands.Find(argument.role);
        if (input != nullptr && !input->output && input->dims == "m,n" &&
            Info(input->role).element == Element::number) {
          places.push_back(input->role);
        }
      }
      if (places.size() > 1) {
        Reject(fmt::format("the result {} is missing, and could take the place of {} or {}; declare what is only read const",
                           Name(operand.role), Name(places[0]), Name(places[1])));
      }
      if (places.size() == 1) {
        plan_.in_place_of = places[0];
        plan_.in_place = operand.role;
        plan_.signature.operands.Add(operand.role);
      }
    }
  }

  void TakeReturn() {
    const CType& type = plan_.return_type;
    if (returns_pointer_) Reject(fmt::format("{} returns a pointer; wanted is void, or int for a status", plan_.symbol));
    if (type.kind == CType::Kind::nothing) return;
    if (type.kind == CType::Kind::integer) {
      plan_.returns = Declaration::Returns::status;
      return;
    }
    const bool one_value = info_.operation == Operation::logsumexp && plan_.form == Declaration::Form::one_row &&
                           !plan_.signature.operands.Has(Role::lse);
    if (type.kind != CType::Kind::floating || !one_value || Info(type.format).p < Info(Format::f32).p) {
      Reject(fmt::format("{} returns {}; wanted is void, int for a status, or float or double for the logsumexp of one row "
                         "(const float* x, size_t n)",
                         plan_.symbol, type.name));
    }
    plan_.returns = Declaration::Returns::value;
    plan_.signature.operands.Add(Role::lse);
  }

  static bool IsHalf(const Argument& argument) {
    return argument.type.kind == CType::Kind::integer && argument.type.bytes == 2 && !argument.type.is_signed;
  }
  [[noreturn]] static void WrongType(const Argument& argument, std::string_view wanted) {
    Reject(fmt::format("{} is {}, not {}", argument.name, wanted, TypeOf(argument)));
  }

  // Of an operand of numbers; bits in integers and void* need --dtype.
  Format FormatOfElements(const Argument& argument) const {
    if (argument.type.kind == CType::Kind::floating) return argument.type.format;
    const bool raw = argument.type.kind == CType::Kind::nothing;
    if (!raw && !IsHalf(argument)) {
      WrongType(argument, "a pointer to float, double, _Float16, __bf16, or to uint16_t with --dtype f16 or bf16");
    }
    if (!hints_.format) {
      Reject(raw ? fmt::format("{} is {}: say --dtype f32, f16, bf16 or f64", argument.name, TypeOf(argument))
                 : fmt::format("{} is {}: say --dtype f16 or --dtype bf16", argument.name, TypeOf(argument)));
    }
    if (!raw && Info(*hints_.format).bytes != 2) {
      Reject(fmt::format("{} is {}, which does not hold --dtype {}; f16 or bf16 would fit", argument.name,
                         TypeOf(argument), Name(*hints_.format)));
    }
    return *hints_.format;
  }

  void TakeFormats() {
    Signature& signature = plan_.signature;
    const Argument* first = nullptr;
    const Argument* statistic = nullptr;
    for (const Argument& argument : plan_.arguments) {
      if (argument.use != Argument::Use::operand || argument.number) continue;
      const Operand* const operand = info_.operands.Find(argument.role);
      if (operand == nullptr) continue;
      switch (Info(argument.role).element) {
        case Element::number: {
          const Format format = FormatOfElements(argument);
          if (first != nullptr && format != signature.format) {
            Reject(fmt::format("{} is {} but {} is {}; operands have one format", first->name, TypeOf(*first),
                               argument.name, TypeOf(argument)));
          }
          if (first == nullptr) first = &argument;
          signature.format = format;
          break;
        }
        case Element::statistic: {
          const Format format = FormatOfElements(argument);
          if (statistic != nullptr && format != signature.statistics) {
            Reject(fmt::format("{} is {} but {} is {}; both are one number a row, of one type", statistic->name,
                               TypeOf(*statistic), argument.name, TypeOf(argument)));
          }
          if (statistic == nullptr) statistic = &argument;
          signature.statistics = format;
          break;
        }
        case Element::byte: {
          const bool fits = argument.type.bytes == 1 && argument.type.kind != CType::Kind::floating;
          if (!fits) WrongType(argument, "a byte an entry, const uint8_t* or const bool*");
          break;
        }
        case Element::index: {
          const bool fits = argument.type.kind == CType::Kind::integer && argument.type.is_signed && argument.type.bytes >= 4;
          if (!fits) WrongType(argument, "const int32_t* or const int64_t*");
          break;
        }
      }
    }
    if (first == nullptr) {
      Reject(fmt::format("{} has no operand of numbers, which tells the format; {}", plan_.symbol, Knows()));
    }
    if (hints_.format && *hints_.format != signature.format) {
      Reject(fmt::format("{} is {}, not --dtype {}", first->name, TypeOf(*first), Name(*hints_.format)));
    }
    if (plan_.returns == Declaration::Returns::value) {
      signature.statistics = plan_.return_type.format;
    } else if (statistic == nullptr) {
      signature.statistics = Info(signature.format).compute;
    }
  }

  void FindMissing() {
    const RoleSet taken = plan_.signature.operands;
    for (const Operand& operand : info_.operands) {
      if (operand.optional || taken.Has(operand.role)) continue;
      Reject(fmt::format("{} is missing ({}); {}", Name(operand.role), Info(operand.role).meaning, Knows()));
    }
    const Operand* const saved = info_.operands.Find(Role::y);
    if (saved != nullptr && !saved->output && saved->optional && taken.Has(Role::x) == taken.Has(Role::y)) {
      Reject(fmt::format("{} works from x or from a saved y: one of the two is wanted; {}", info_.name, Knows()));
    }
    const auto has = [&](Argument::Use use) {
      return std::any_of(plan_.arguments.begin(), plan_.arguments.end(),
                         [&](const Argument& argument) { return argument.use == use; });
    };
    if (has(Argument::Use::workspace) != has(Argument::Use::workspace_bytes)) {
      Reject("workspace and workspace_bytes belong together: void* workspace, size_t workspace_bytes = 65536");
    }
    if (plan_.form == Declaration::Form::one_row && plan_.constants.reduction != Reduction::none) {
      Reject("one row has nothing to reduce; the reduction of a kernel with n is 0, none");
    }
  }

  const DeclarationHints& hints_;
  const OperationInfo& info_;
  Declaration plan_;
  bool returns_pointer_ = false;
};

// --- Operations -------------------------------------------------------------------------------------------------

std::string Squeezed(std::string_view name) {
  std::string squeezed;
  for (const char c : name) {
    if (c != '_') squeezed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return squeezed;
}

// "log_softmax" of log_softmax_backward: what a symbol may have in it, whatever it calls gradients.
std::string BaseName(Operation operation) {
  const std::string_view name = Name(operation);
  constexpr std::string_view kSuffix = "_backward";
  return Squeezed(name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : name);
}

// The longest name of an operation in the symbol, squeezed; "" where there is none.
std::string NameInSymbol(std::string_view symbol) {
  std::string longest;
  const std::string squeezed = Squeezed(symbol);
  for (const OperationInfo& info : kOperations) {
    const std::string name = BaseName(info.operation);
    if (squeezed.find(name) != squeezed.npos && name.size() > longest.size()) longest = name;
  }
  return longest;
}

}  // namespace

std::string_view Name(Dimension dimension) { return kDimensions[static_cast<std::size_t>(dimension)]; }

bool Declaration::Has(Dimension dimension) const {
  return std::any_of(arguments.begin(), arguments.end(), [&](const Argument& argument) {
    return argument.use == Argument::Use::dimension && argument.dimension == dimension;
  });
}

const Argument* Declaration::Find(Role role) const {
  const auto found = std::find_if(arguments.begin(), arguments.end(), [&](const Argument& argument) {
    return argument.use == Argument::Use::operand && argument.role == role;
  });
  return found == arguments.end() ? nullptr : &*found;
}

Declaration ParseDeclaration(std::string_view text, const DeclarationHints& hints) {
  Written written = ReadDeclaration(text);
  for (const auto& [name, role] : hints.roles) {
    if (FindByName(written.arguments, name) == written.arguments.end()) {
      Reject(fmt::format("--role {}={}: {} has no argument {}", name, role, written.symbol, name));
    }
  }
  for (Argument& argument : written.arguments) SetUse(&argument, hints);
  if (hints.operation) return Plan(written, *hints.operation, hints).Make();

  std::vector<Declaration> plans;
  std::map<Operation, std::string> reasons;
  for (const OperationInfo& info : kOperations) {
    try {
      plans.push_back(Plan(written, info.operation, hints).Make());
    } catch (const std::invalid_argument& error) {
      reasons[info.operation] = error.what();
    }
  }
  const std::string name = NameInSymbol(written.symbol);
  const auto is_named = [&](const Declaration& plan) { return BaseName(plan.signature.operation) == name; };
  const auto named = std::find_if(plans.begin(), plans.end(), is_named);
  if (named != plans.end() && std::count_if(plans.begin(), plans.end(), is_named) == 1) return *named;
  // How many of the operands it knows.
  const auto closeness = [&](Operation operation) {
    return std::count_if(written.arguments.begin(), written.arguments.end(), [&](const Argument& argument) {
      return argument.use == Argument::Use::operand && Info(operation).operands.Find(argument.role) != nullptr;
    });
  };
  // The one that knows most, and is of that name, says best what is wrong.
  const auto closest = std::max_element(kOperations.begin(), kOperations.end(), [&](const auto& a, const auto& b) {
    return std::pair(closeness(a.operation), BaseName(a.operation) == name) <
           std::pair(closeness(b.operation), BaseName(b.operation) == name);
  });
  if (plans.empty() || (named == plans.end() && BaseName(closest->operation) == name)) {
    Reject(fmt::format("as {}: {}", closest->name, reasons[closest->operation]));
  }
  if (plans.size() == 1) return plans.front();
  std::vector<std::string_view> names;
  for (const Declaration& plan : plans) names.push_back(Name(plan.signature.operation));
  Reject(fmt::format("{} may be {}; say which: --op {}", written.symbol, fmt::join(names, " or "), names.front()));
}

}  // namespace softmax_verify
