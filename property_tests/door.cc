#include "property_tests/door.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "property_tests/corpus.h"
#include "property_tests/trial.h"
#include "verify/place.h"

namespace softmax_verify {
namespace {

// --- Kernels that answer by accident ------------------------------------------------------------------------------

bool IsSlice(const Operand& operand) { return operand.dims == "m,n" && Info(operand.role).element == Element::number; }

// Stores value(operands, layout, parameters, output, r, e) as element e of row r.
template <class Value>
DoorKernel Storing(const Signature& signature, std::string_view name, const Value& value) {
  DoorKernel result{DoorKernel::Kind::accident, {}, ""};
  Kernel& kernel = result.kernel;
  static_cast<Signature&>(kernel) = signature;
  kernel.algorithm = name;
  kernel.name = fmt::format("{}.{}.{}", Name(signature.operation), name, Name(signature.format));
  kernel.claim.compute = Info(signature.format).compute;
  kernel.run = [signature, value](const Operands& operands, const Layout& layout, const Parameters& parameters) {
    for (const Operand& output : Info(signature.operation).operands) {
      if (!output.output || !operands.Has(output.role)) continue;
      const Place place = PlaceOf(output, layout, parameters.reduction);
      const std::size_t rows = place.shared ? 1 : layout.outer * layout.inner;
      for (std::size_t r = 0; r < rows && place.elements > 0; ++r) {
        for (std::size_t e = 0; e < place.each; ++e) {
          Store(FormatOf(signature, output.role), operands.Out(output.role), place.Index(r, e),
                value(operands, layout, parameters, output, r, e));
        }
      }
    }
    return Status::ok;
  };
  return result;
}

// The inputs that a result can be a copy of: those of its shape, or else all of numbers.
std::vector<const Operand*> Alike(const Signature& signature, const Operand& output) {
  std::vector<const Operand*> alike, numbers;
  for (const Operand& input : Info(signature.operation).operands) {
    if (input.output || !signature.operands.Has(input.role)) continue;
    if (Info(input.role).element != Element::number) continue;
    numbers.push_back(&input);
    if (input.dims == output.dims) alike.push_back(&input);
  }
  return alike.empty() ? numbers : alike;
}

DoorKernel Copying(const Signature& signature, bool first) {
  return Storing(signature, first ? "copies_the_first" : "copies_the_last",
                 [signature, first](const Operands& operands, const Layout& layout, const Parameters& parameters,
                                    const Operand& output, std::size_t r, std::size_t e) {
                   const std::vector<const Operand*> alike = Alike(signature, output);
                   const Operand& input = first ? *alike.front() : *alike.back();
                   const Place place = PlaceOf(input, layout, parameters.reduction);
                   const std::size_t from = input.dims == output.dims ? place.Index(place.shared ? 0 : r, e) : 0;
                   return Load(FormatOf(signature, input.role), operands.In(input.role), from);
                 });
}

void AppendAccidents(std::vector<DoorKernel>* all) {
  for (const OperationInfo& operation : kOperations) {
    for (const FormatInfo& format : kFormats) {
      Signature signature = FullSignature(operation.operation, format.format);
      signature.nullable = {};
      // A gradient from saved results.
      if (signature.operands.Has(Role::x) && signature.operands.Has(Role::y) && signature.operands.Has(Role::dy)) {
        signature.operands.Remove(Role::x);
      }
      DoorKernel idle = Storing(signature, "idle", [](const auto&...) { return 0.0; });
      idle.kernel.run = [](const Operands&, const Layout&, const Parameters&) { return Status::ok; };
      all->push_back(std::move(idle));
      all->push_back(Storing(signature, "zeros", [](const auto&...) { return 0.0; }));
      for (const bool first : {true, false}) all->push_back(Copying(signature, first));
    }
  }
}

// --- Their functions ------------------------------------------------------------------------------------------------

std::string_view TypeOf(Format format) {
  return format == Format::f32 ? "float" : format == Format::f64 ? "double" : "uint16_t";
}
std::string_view TypeOf(const Signature& signature, Role role) {
  switch (Info(role).element) {
    case Element::byte:
      return "uint8_t";
    case Element::index:
      return "int64_t";
    default:
      return TypeOf(FormatOf(signature, role));
  }
}

// What a form asks for.
struct Wish {
  std::string_view name;
  bool optional = true;  // also what may be null
  bool strides = false, axis = false, in_place = false;
  Causal causal = Causal::top_left;
};

// The stride of a slice, as declarations name it: ldx, ldy, or "cols" of what is dense.
std::string_view StrideOf(Role role) {
  return role == Role::x || role == Role::dx ? "ldx" : role == Role::y || role == Role::dy ? "ldy" : "cols";
}

// The one stride of the slices that go in, or come out: Layout has no more. Nothing where there are two.
std::optional<std::string_view> CommonStride(const std::vector<Operand>& operands, bool output) {
  std::set<std::string_view> strides;
  for (const Operand& operand : operands) {
    if (operand.output == output && operand.dims == "m,n") strides.insert(StrideOf(operand.role));
  }
  if (strides.size() > 1) return std::nullopt;
  return strides.empty() ? "cols" : *strides.begin();
}

std::optional<DoorFunction> FunctionOf(const DoorKernel& door, const Wish& wish) {
  const Kernel& kernel = door.kernel;
  const OperationInfo& info = Info(kernel.operation);
  std::vector<Operand> operands;
  for (const Operand& operand : info.operands) {
    const bool left_out = kernel.nullable.Has(operand.role) && !wish.optional;
    if (kernel.operands.Has(operand.role) && !left_out) operands.push_back(operand);
  }
  const bool is_head = info.operands.Find(Role::q) != nullptr;
  const auto place = std::find_if(operands.begin(), operands.end(),
                                  [](const Operand& operand) { return !operand.output && IsSlice(operand); });
  const auto result = std::find_if(operands.begin(), operands.end(),
                                   [](const Operand& operand) { return operand.output && IsSlice(operand); });
  if (wish.in_place && (place == operands.end() || result == operands.end())) return std::nullopt;
  if ((wish.strides || wish.axis) && !TakesAnyLayout(kernel.operation)) return std::nullopt;
  const std::optional<std::string_view> in = CommonStride(operands, false), out = CommonStride(operands, true);
  if (wish.strides && (!in || !out)) return std::nullopt;

  std::vector<std::string> arguments, roles, values;
  for (const Operand& operand : operands) {
    const bool shares = wish.in_place && &operand == &*result;
    const std::string_view name = Name(shares ? place->role : operand.role);
    roles.push_back(fmt::format("{{Role::{}, {}}}", Name(operand.role), name));
    if (shares) continue;
    const bool is_const = !operand.output && !(wish.in_place && &operand == &*place);
    arguments.push_back(fmt::format("{}{}* {}", is_const ? "const " : "", TypeOf(kernel, operand.role), name));
  }
  std::string layout;
  if (is_head) {
    for (const char* size : {"seq_q", "seq_k", "head_dim"}) arguments.push_back(fmt::format("size_t {}", size));
    layout = "Layout::Rows(seq_q, seq_k, head_dim)";
  } else if (wish.axis) {
    for (const char* size : {"outer", "axis_len", "inner"}) arguments.push_back(fmt::format("size_t {}", size));
    layout = "Layout::Axis(outer, axis_len, inner)";
  } else {
    for (const char* size : {"rows", "cols"}) arguments.push_back(fmt::format("size_t {}", size));
    layout = "Layout::Rows(rows, cols)";
    if (wish.strides) {
      for (const std::string_view stride : std::set<std::string_view>{*in, *out}) {
        if (stride != "cols") arguments.push_back(fmt::format("size_t {}", stride));
      }
      layout = fmt::format("Layout{{rows, cols, 1, {}, {}, 0}}", *in, *out);
    }
  }
  for (const ParameterInfo& parameter : kParameters) {
    if (!kernel.parameters.Has(parameter.parameter)) continue;
    std::string_view type = TypeOf(Info(kernel.format).compute);
    std::string value(parameter.name);
    if (parameter.parameter == Parameter::ignore_index) type = "int64_t";
    if (parameter.parameter == Parameter::reduction) {
      type = "int";
      value = "static_cast<Reduction>(reduction)";
    }
    if (parameter.parameter == Parameter::causal) {
      type = "int";
      value = fmt::format("causal != 0 ? Causal::{} : Causal::none",
                          kCausalNames[static_cast<std::size_t>(wish.causal)]);
    }
    arguments.push_back(fmt::format("{} {}", type, parameter.name));
    values.push_back(fmt::format(".{} = {}", parameter.name, value));
  }
  constexpr std::string_view kKinds[] = {"mutant", "lawful", "accident"};
  const std::string symbol =
      fmt::format("{}_{}_{}_{}_{}", kKinds[static_cast<std::size_t>(door.kind)], info.name, kernel.algorithm,
                  Name(kernel.format), wish.name);
  return DoorFunction{std::string(wish.name), fmt::format("int {}({})", symbol, fmt::join(arguments, ", ")),
                      fmt::format("{{{}}}, {}, {{{}}}", fmt::join(roles, ", "), layout, fmt::join(values, ", ")),
                      wish.causal};
}

}  // namespace

const std::vector<DoorKernel>& DoorKernels() {
  static const std::vector<DoorKernel> all = [] {
    std::vector<DoorKernel> kernels;
    for (const Specimen& each : Mutants()) kernels.push_back({DoorKernel::Kind::mutant, each.kernel, each.equivalent});
    for (const Specimen& each : LawfulKernels()) kernels.push_back({DoorKernel::Kind::lawful, each.kernel, ""});
    AppendAccidents(&kernels);
    return kernels;
  }();
  return all;
}

std::vector<DoorFunction> FunctionsOf(const DoorKernel& kernel) {
  constexpr Causal kBottom = Causal::bottom_right;
  const bool is_head = Info(kernel.kernel.operation).operands.Find(Role::q) != nullptr;
  const std::vector<Wish> wishes =
      is_head ? std::vector<Wish>{{.name = "head"}, {.name = "head_bottom_right", .optional = false, .causal = kBottom}}
              : std::vector<Wish>{{.name = "strided", .strides = true},
                                  {.name = "axis", .axis = true, .causal = kBottom},
                                  {.name = "rows", .optional = false},
                                  {.name = "in_place", .in_place = true, .causal = kBottom}};
  std::vector<DoorFunction> functions;
  for (const Wish& wish : wishes) {
    if (auto function = FunctionOf(kernel, wish)) functions.push_back(std::move(*function));
  }
  return functions;
}

}  // namespace softmax_verify
