#include "validation/setting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "validation/words.h"
#include "verify/case.h"
#include "verify/foreign_process.h"

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

constexpr std::array<Effort, 3> kEfforts = {{{"quick", 60, 24, 40, 2500, 150, 3},
                                             {"normal", 400, 96, 140, 65541, 600, 8},
                                             {"thorough", 4000, 400, 600, 200003, 2000, 20}}};

Sandbox::Limits LimitsOf(const ValidationRequest& request, const Effort& effort) {
  Sandbox::Limits limits{.seconds = effort.seconds};
  if (!request.command.empty()) limits.seconds_to_load = 60;  // an interpreter with its libraries
  return limits;
}

}  // namespace

const Effort& FindEffort(const std::string& name) {
  const auto found = std::find_if(kEfforts.begin(), kEfforts.end(), [&](const Effort& effort) { return effort.name == name; });
  if (found == kEfforts.end()) Reject(fmt::format("--effort is '{}'; it must be quick, normal or thorough", name));
  return *found;
}

FunctionSource SourceOf(const ValidationRequest& request, const Effort& effort) {
  if (!request.command.empty()) {
    return [command = request.command, limits = LimitsOf(request, effort)](const Declaration& declaration) {
      return StartProcess(command, declaration, limits);
    };
  }
  if (request.library.empty()) {
    Reject("there is neither a library nor a command: the kernel is of the program that tested it");
  }
  return [library = request.library](const Declaration& declaration) { return LoadFunction(library, declaration); };
}

Setting Prepare(const ValidationRequest& request, const Effort& effort, const FunctionSource& source) {
  Setting setting;
  setting.is_process = !request.command.empty();
  DeclarationHints hints;
  if (!request.operation.empty()) hints.operation = RequireOperation(request.operation);
  if (!request.dtype.empty()) hints.format = RequireFormat(request.dtype);
  hints.roles = request.roles;
  if (!(request.exp_ulp >= 0.5 && request.exp_ulp <= 1e6)) {
    Reject(fmt::format("--exp-ulp is {:g}; it must be from 0.5 to 1e6", request.exp_ulp));
  }
  for (const auto& [name, text] : request.parameters) RequireKnown("parameter", name, NamesOf(kParameters));
  ParameterTexts texts;
  for (const ParameterInfo& info : kParameters) {
    const auto given = request.parameters.find(std::string(info.name));
    if (given == request.parameters.end()) continue;
    hints.given.Add(info.parameter);
    texts[info.parameter] = given->second;
  }
  setting.declaration = ParseDeclaration(request.declaration, hints);
  Declaration& declaration = setting.declaration;
  Signature& signature = declaration.signature;
  setting.expectations = ReadExpectations(request.expect);
  if (setting.expectations.checks_arguments && declaration.returns != Declaration::Returns::status) {
    Reject(fmt::format("--expect arguments=checked: {} returns no status; what refuses arguments returns an int, 0 for success",
                       declaration.symbol));
  }
  constexpr EnumSet<Operation> kRoundedCorrectly = {Operation::softmax, Operation::log_softmax, Operation::logsumexp};
  if (setting.expectations.correctly_rounded && !kRoundedCorrectly.Has(signature.operation)) {
    Reject(fmt::format("--expect rounding=correct: it is tested of softmax, log_softmax and logsumexp, not of {}",
                       Name(signature.operation)));
  }

  const GivenParameters given = ParseParameters(texts, std::string(Name(signature.operation)),
                                                Info(signature.operation).parameters, Info(signature.format).compute);
  Parameters parameters = given.values;
  for (const ParameterInfo& info : kParameters) {
    if (given.given.Has(info.parameter)) {
      if (declaration.constant.Has(info.parameter)) {
        Reject(fmt::format("{} has a default value in the declaration and is an option as well; one is enough", info.name));
      }
      signature.parameters.Remove(info.parameter);
    } else if (declaration.constant.Has(info.parameter)) {
      SetParameter(ParameterText(declaration.constants, info.parameter), info.parameter, &parameters);
    }
    if (!signature.parameters.Has(info.parameter)) setting.fixed.Add(info.parameter);
  }
  if (declaration.constant.Has(Parameter::causal) && parameters.causal != Causal::none) {
    parameters.causal = setting.expectations.causal;
  }
  const Format compute = setting.expectations.compute.value_or(Info(signature.format).compute);
  Claim claim = ForeignClaim(compute, ParseAccumulation(request.accumulation), request.exp_ulp);
  claim.log1p = setting.expectations.log1p;
  claim.shifted = setting.expectations.shifts;
  claim.scaled_before_shift = !setting.expectations.scales_after_shift;
  claim.faithful = setting.expectations.faithful;
  claim.tile = setting.expectations.tile;
  claim.base_2_lse = setting.expectations.base_2_lse;
  const Operand* const lse = Info(signature.operation).operands.Find(Role::lse);
  const bool has_lse = declaration.extra_lse || (signature.operands.Has(Role::lse) && lse->output);
  if (claim.base_2_lse && !has_lse) Reject(fmt::format("--expect lse_base=2: {} has no lse among its results", declaration.symbol));
  if (claim.accumulation.kind == Accumulation::Kind::native && claim.compute == signature.format) {
    claim.accumulation.kind = Accumulation::Kind::sequential;  // of f32 and f64 they are the same
  }
  // A constant that the arithmetic has to round itself.
  for (const double factor : {parameters.scale, parameters.temperature}) {
    if (!IsRepresentable(claim.compute, factor)) claim.scale_error += 1;
  }
  setting.foreign = std::make_unique<ForeignKernel>(
      [source, plan = declaration] { return source(plan); }, declaration, parameters, setting.expectations.causal,
      claim, setting.expectations.contract, LimitsOf(request, effort));
  return setting;
}

void Setting::UseAlignment(Row* row) const {
  if (row->parameters.causal == Causal::none || fixed.Has(Parameter::causal)) return;
  row->parameters.causal = expectations.causal;
}

}  // namespace softmax_verify
