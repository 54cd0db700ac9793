// Callables of the process that asks.
#include "softmax_verify/validate.h"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "validation/render.h"
#include "validation/validation.h"

namespace softmax_verify::internal {
namespace {

std::string Name(const CallableType& type) {
  std::string name;
  switch (type.kind) {
    case CallableType::Kind::nothing:
      name = "void";
      break;
    case CallableType::Kind::boolean:
      name = "bool";
      break;
    case CallableType::Kind::integer:
      name = fmt::format("{}int{}_t", type.is_signed ? "" : "u", 8 * type.bytes);
      break;
    case CallableType::Kind::floating:
      name = type.bytes == 4 ? "float" : "double";
      break;
    case CallableType::Kind::other:
      name = fmt::format("(a type of {} bytes)", type.bytes);
  }
  return fmt::format("{}{}{}", type.is_const ? "const " : "", name, type.is_pointer ? "*" : "");
}

// Whether a call by the declared type reaches a parameter of the given one.
bool Agree(const CType& declared, const CallableType& given) {
  using Kind = CallableType::Kind;
  if (given.is_pointer) {
    if (given.kind == Kind::nothing || declared.kind == CType::Kind::nothing) return true;
    // 16-bit numbers go by many names.
    const bool is_number = given.kind == Kind::other || (given.kind == Kind::integer && !given.is_signed);
    if (is_number && given.bytes == 2 && declared.bytes == 2) return true;
    if (given.kind == Kind::other) return given.bytes == declared.bytes;
  }
  constexpr Kind kinds[] = {Kind::nothing, Kind::boolean, Kind::integer, Kind::floating};  // by CType::Kind
  return given.kind == kinds[static_cast<int>(declared.kind)] && given.bytes == declared.bytes &&
         (given.kind != Kind::integer || given.is_signed == declared.is_signed);
}

void RequireAgreement(const Callable& kernel, const Declaration& declaration) {
  const std::string& symbol = declaration.symbol;
  if (kernel.arguments.size() != declaration.arguments.size()) {
    throw std::invalid_argument(fmt::format("the callable takes {} arguments, the declaration of {} has {}",
                                            kernel.arguments.size(), symbol, declaration.arguments.size()));
  }
  for (std::size_t i = 0; i < kernel.arguments.size(); ++i) {
    const Argument& argument = declaration.arguments[i];
    const CallableType& given = kernel.arguments[i];
    const bool is_alike = given.is_pointer == argument.is_pointer && given.is_const == argument.is_const;
    if (is_alike && Agree(argument.type, given)) continue;
    throw std::invalid_argument(
        fmt::format("argument {} of the callable is {}, where the declaration of {} has {}{}{} {}; let the two agree",
                    i + 1, Name(given), symbol, argument.is_const ? "const " : "", argument.type.name,
                    argument.is_pointer ? "*" : "", argument.name));
  }
  if (!Agree(declaration.return_type, kernel.result)) {
    throw std::invalid_argument(
        fmt::format("the callable returns {}, where the declaration of {} has {}; let the two agree",
                    Name(kernel.result), symbol, declaration.return_type.name));
  }
}

}  // namespace

KernelVerdict Validate(const Callable& kernel, const std::string& declaration, const ValidateOptions& options) {
  ValidationRequest request;
  request.declaration = declaration;
  request.operation = options.op;
  request.dtype = options.dtype;
  request.accumulation = options.accumulation;
  request.exp_ulp = options.exp_ulp;
  request.roles = options.roles;
  request.expect = options.expect;
  request.parameters = options.parameters;
  request.seed = options.seed;
  request.effort = options.effort;
  const FunctionSource source = [kernel](const Declaration& plan) -> Sandbox::Function {
    RequireAgreement(kernel, plan);
    return [kernel, plan](Sandbox::Buffers buffers, std::span<const std::uint64_t> scalars) {
      return kernel.call(WordsOf(plan, buffers, scalars).data());
    };
  };
  namespace fs = std::filesystem;
  const auto threads = std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
  try {
    const Validation validation = softmax_verify::Validate(request, source);
    const std::vector<Failure> failures = KeepFailures(validation, options.failures);
    std::string text = RenderText(validation, failures);
    if (threads > 1 && validation.findings.contains(Misbehaviour::hang)) {
      text += fmt::format(
          "This program had {} threads at the call, of which the child process of the kernel has one: one "
          "that waits for another waits for ever. Validate before threads are started.\n",
          threads);
    }
    return {validation.Overall() == Verdict::passed, text, RenderJson(validation, failures), RenderJUnit(validation)};
  } catch (const LoadError& error) {
    throw std::invalid_argument(error.what());
  }
}

}  // namespace softmax_verify::internal
