#include "property_tests/laws.h"

#include <algorithm>
#include <string>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

bool Always(const Kernel&) { return true; }
template <const EnumSet<Operation>& kOperations>
bool Covers(const Kernel& kernel) {
  return kOperations.Has(kernel.operation);
}
constexpr auto IsDistribution = Covers<checks::kDistributions>;
constexpr auto IsExponential = Covers<checks::kExponentials>;
constexpr auto IsLogarithm = Covers<checks::kLogarithms>;
constexpr auto HasNanThroughout = Covers<checks::kNanThroughout>;

const OperandList& OperandsOfOperation(const Kernel& kernel) { return Info(kernel.operation).operands; }
bool HasLogits(const Kernel& kernel) { return kernel.operands.Has(Role::x); }
bool HasResultsBeside(const Kernel& kernel, RoleSet others) {
  const OperandList& operands = OperandsOfOperation(kernel);
  return std::any_of(operands.begin(), operands.end(),
                     [&](const Operand& operand) { return operand.output && !others.Has(operand.role); });
}

bool IsLogSoftmax(const Kernel& kernel) { return kernel.operation == Operation::log_softmax; }
bool IsLogSumExp(const Kernel& kernel) { return kernel.operation == Operation::logsumexp; }
bool IsDistributionOrLog(const Kernel& kernel) { return IsDistribution(kernel) || IsLogarithm(kernel); }
bool IsExponentialOrLog(const Kernel& kernel) { return IsExponential(kernel) || IsLogarithm(kernel); }
bool IsDistributionOrItsLog(const Kernel& kernel) { return IsDistribution(kernel) || IsLogSoftmax(kernel); }

// A temperature near 0 or beyond all bounds. Without a shift almost every scaled row over- or underflows, and nothing
// is promised.
bool TakesHeat(const Kernel& kernel) { return IsExponentialOrLog(kernel) && kernel.parameters.Has(Parameter::temperature); }
bool TakesCold(const Kernel& kernel) {
  return IsDistributionOrLog(kernel) && kernel.parameters.Has(Parameter::temperature) && kernel.claim.shifted;
}
bool TakesParameters(const Kernel& kernel) {
  return kernel.parameters.Has(Parameter::scale) || kernel.parameters.Has(Parameter::temperature) ||
         kernel.parameters.Has(Parameter::alpha) || kernel.parameters.Has(Parameter::label_smoothing);
}
// lse moves with the logits.
bool IgnoresShifts(const Kernel& kernel) { return HasLogits(kernel) && HasResultsBeside(kernel, {Role::lse}); }
// A gradient with respect to x has the scale as a factor.
bool ScalesLogits(const Kernel& kernel) {
  return HasLogits(kernel) && HasResultsBeside(kernel, {Role::dx}) &&
         (kernel.parameters.Has(Parameter::scale) || kernel.parameters.Has(Parameter::temperature));
}
// A result for each logit, in which the columns are all alike: no class is a target.
bool TreatsColumnsAlike(const Kernel& kernel) {
  const OperandList& operands = OperandsOfOperation(kernel);
  return operands.Find(Role::targets) == nullptr &&
         std::any_of(operands.begin(), operands.end(),
                     [](const Operand& operand) { return operand.output && operand.dims == "m,n"; });
}
// Attention is one problem a call.
bool HasRows(const Kernel& kernel) { return OperandsOfOperation(kernel).Find(Role::q) == nullptr; }
bool HasAnyLayout(const Kernel& kernel) { return TakesAnyLayout(kernel.operation); }
bool HasRoomInPlace(const Kernel& kernel) {
  const OperandList& operands = OperandsOfOperation(kernel);
  const auto has = [&](bool output) {
    return std::any_of(operands.begin(), operands.end(), [&](const Operand& operand) {
      return operand.output == output && operand.dims == "m,n" && Info(operand.role).element == Element::number;
    });
  };
  return has(false) && has(true);
}
// A name of the form operation.algorithm.format promises the C ABI of our own kernels, statuses included.
bool HasOurAbi(const Kernel& kernel) {
  return TakesParameters(kernel) && kernel.name.starts_with(std::string(Name(kernel.operation)) + ".");
}

// A kernel that refuses valid arguments breaks whatever law tried it. Of a row of nothing no law speaks.
template <checks::Check* kCheck>
Outcome Judge(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.row().GetShape().n == 0) return Vacuous();
  try {
    return kCheck(kernel, row, salt);
  } catch (const Refused& refusal) {
    return Broken(refusal.what());
  }
}

constexpr Law kLaws[] = {
    {"accuracy", "|result - exact| <= bound, the bound that is proved for the claim on this row, for every result",
     "Law: accuracy", "normal_10", "softmax.times_1_001", Always, Judge<checks::Accuracy>},
    {"parameters", "accuracy holds whatever the scale, the temperature, alpha and the label smoothing",
     "Law: parameters", "normal_1", "softmax.scale_ignored", TakesParameters, Judge<checks::WithParameters>},
    {"sum_to_one", "|sum_i y_i - 1| <= bound.sum, the sum taken exactly", "Law: sum_to_one", "constant",
     "softmax.plus_one_in_denominator", IsDistribution, Judge<checks::SumToOne>},
    {"range", "0 <= y_i <= 1 + bound_i ulp(1), and y_i > 0 where exact_i > bound_i ulp(exact_i)", "Law: range",
     "normal_10", "softmax.exp_flushed_below_16", IsDistribution, Judge<checks::Range>},
    {"finite_in_finite_out", "finite operands give finite results where the exact ones are",
     "Law: finite_in_finite_out", "wide", "softmax.no_shift", Always, Judge<checks::FiniteInFiniteOut>},
    {"order", "x_i <= x_j gives y_i <= y_j e^(omega_i + omega_j), and y_i <= y_j where exp is monotone", "Law: order",
     "ramp", "softmax.tail_power_of_two", IsExponential, Judge<checks::Order>},
    {"argmax", "the largest logit gets at least e^-B / n, and no other gets more than its e^(omega_i + omega_j) fold",
     "Law: argmax", "huge_offset", "softmax.saturating_exp", IsExponential, Judge<checks::ArgMaxIsLargest>},
    {"odds", "|ln(y_i / y_j) - (z_i - z_j)| <= omega_i + omega_j: the sum cancels", "Law: odds", "uniform_10",
     "softmax.tail_coarse_exp", IsExponential, Judge<checks::Odds>},
    {"uniform_row", "n equal logits give 1/n (log: -ln n; lse: z + ln n) within the bound", "Law: uniform_row", "constant",
     "softmax.bf16_accumulator", IsDistributionOrLog, Judge<checks::UniformRow>},
    {"one_element", "n = 1 gives 1 (log: 0; lse: z) within the bound", "Law: one_element", "normal_1",
     "softmax.one_element_is_zero", IsDistributionOrLog, Judge<checks::OneElement>},
    {"every_position", "a single larger logit gets an accurate result at whatever position it stands",
     "Law: every_position", "constant", "softmax.drops_last_term", IsDistributionOrLog, Judge<checks::EveryPosition>},
    {"cold_limit", "temperature towards 0: the k largest logits get 1/k each, the others 0 (log: -d_i - ln k; lse: m + ln k)", "Law: cold_limit", "ties",
     "softmax.temperature_multiplied", TakesCold, Judge<checks::ColdLimit>},
    {"hot_limit", "temperature towards infinity: every element gets 1/n (log: -ln n; lse: m + ln n)", "Law: hot_limit", "normal_10",
     "softmax.temperature_ignored", TakesHeat, Judge<checks::HotLimit>},
    {"shift_invariance",
     "x + c, exactly representable, keeps the results: bit for bit where promised, else within B + B'",
     "Law: shift_invariance", "grid", "softmax.exp_of_x_minus_lse", IgnoresShifts, Judge<checks::ShiftInvariance>},
    {"scale_invariance", "x 2^k with scale 2^-k (or temperature 2^k) keeps the results within B + B'",
     "Law: scale_invariance", "normal_1", "softmax.scale_after_softmax", ScalesLogits, Judge<checks::ScaleInvariance>},
    {"permutation", "permuted columns give permuted results within B + B'", "Law: permutation", "sorted_descending",
     "softmax.online_without_rescale", Always, Judge<checks::Permutation>},
    {"equal_inputs",
     "equal columns get equal results: bit for bit where promised, else within their bounds (|ln(y_i / y_j)| <= "
     "omega_i + omega_j)",
     "Law: equal_inputs", "ties", "softmax.tail_coarse_exp", TreatsColumnsAlike, Judge<checks::EqualInputs>},
    {"neg_inf_is_zero", "a -inf beside finite logits gives exactly +0 (log: -inf) and changes nothing else", "Law: neg_inf_is_zero",
     "normal_1", "softmax.negative_zero_for_masked", IsDistributionOrItsLog, Judge<checks::NegInfIsZero>},
    {"append_neg_inf", "-inf in front of a row or behind it keeps the results within B + B'", "Law: append_neg_inf",
     "normal_1", "softmax.unguarded_first_block", IsDistributionOrLog, Judge<checks::AppendNegInf>},
    {"log_exp_consistency", "|sum_i exp(y_i) - 1| <= sum_i p_i (e^b_i - 1), b_i the bound of y_i", "Law: log_exp_consistency",
     "huge_offset", "log_softmax.x_minus_lse", IsLogSoftmax, Judge<checks::LogExpConsistency>},
    {"log_range", "-d_i - ln n <= y_i <= -d_i within the bound, d_i = max z - z_i", "Law: log_range", "near_overflow",
     "log_softmax.log_of_softmax", IsLogSoftmax, Judge<checks::LogRange>},
    {"lse_bounds", "max z <= lse <= max z + ln n within the bound", "Law: lse_bounds", "negative_offset",
     "logsumexp.without_maximum", IsLogSumExp, Judge<checks::LseBounds>},
    {"lse_translation", "x + c, exactly representable, adds c scale / temperature to lse within B + B'",
     "Law: lse_translation", "grid", "logsumexp.unscaled_maximum", IsLogSumExp, Judge<checks::LseTranslation>},
    {"lse_lipschitz", "raising logits by up to delta raises lse by 0 to delta within B + B'", "Law: lse_lipschitz",
     "sorted_ascending", "logsumexp.online_without_rescale", IsLogSumExp, Judge<checks::LseLipschitz>},
    {"lse_gradient", "<s(z), v> <= lse(z + v) - lse(z) <= <s(z + v), v> within B + B'", "Law: lse_gradient", "normal_1",
     "logsumexp.base_2", IsLogSumExp, Judge<checks::LseGradient>},
    {"lse_merge", "the logsumexp of the logsumexps of two parts is that of the whole within their bounds",
     "Law: lse_merge", "normal_1", "logsumexp.log_of_mean", IsLogSumExp, Judge<checks::LseMerge>},
    {"duplication", "the row repeated k times: y_i - ln k, lse + ln k within B + B'", "Law: duplication", "normal_1",
     "logsumexp.drops_last_term", IsLogarithm, Judge<checks::Duplication>},
    {"alignment", "every operand at any element offset: the same bits where promised, else within 2 B", "Law: layout",
     "ramp", "softmax.rounds_pointer_down", Always, Judge<checks::Alignment>},
    {"batch_independence", "other rows of the batch do not matter: the same bits where promised, else within 2 B",
     "Law: layout", "normal_1", "softmax.global_maximum", HasRows, Judge<checks::BatchIndependence>},
    {"strides", "row strides beyond n: the same results, the gaps of the outputs untouched", "Law: layout", "ramp",
     "softmax.ignores_ldx", HasAnyLayout, Judge<checks::Strides>},
    {"axis", "the middle axis of [outer, n, inner]: the same results as row by row", "Law: layout", "ramp",
     "softmax.wrong_axis", HasAnyLayout, Judge<checks::Axis>},
    {"in_place", "an output in the memory of an input: the same results", "Law: layout", "normal_1",
     "softmax.rereads_logits_after_writing", HasRoomInPlace, Judge<checks::InPlace>},
    {"determinism", "the same call gives the same bits, whatever was called before", "Law: determinism", "normal_10",
     "softmax.remembers_the_pointer", Always, Judge<checks::Determinism>},
    {"nan_propagates", "a NaN at any position that takes part makes its whole row NaN and no other row",
     "Law: special rows", "normal_1", "softmax.nan_swallowed", HasNanThroughout, Judge<checks::NanPropagates>},
    {"pos_inf_rows", "with +inf in the row, each element is NaN or its limit, as the contract says",
     "Law: special rows", "normal_1", "softmax.zeros_beside_pos_inf", IsExponentialOrLog, Judge<checks::PosInfRows>},
    {"all_neg_inf_rows", "a row of -inf alone gives NaN or 0 (log: -inf), as the contract says, for every n", "Law: special rows",
     "normal_1", "softmax.contract_depends_on_n", IsDistributionOrLog, Judge<checks::AllNegInfRows>},
    {"memory_contract", "between guard pages, inputs read-only: every result is written and no other byte touched",
     "Law: memory_contract", "normal_1", "softmax.reads_past_the_end", Always, Judge<checks::MemoryContract>},
    {"fp_environment", "rounding mode, flushing modes and exception masks are left as they were found",
     "Law: fp_environment", "normal_1", "softmax.leaves_rounding_mode", Always, Judge<checks::FpEnvironment>},
    {"invalid_parameters",
     "a parameter outside its domain, or of too many bits, gives invalid_argument, the outputs untouched",
     "Law: invalid_parameters", "normal_1", "softmax.accepts_any_temperature", HasOurAbi,
     Judge<checks::InvalidParameters>},
};

}  // namespace

std::span<const Law> Laws() { return kLaws; }

const Law* FindLaw(std::string_view name) {
  for (const Law& law : kLaws) {
    if (law.name == name) return &law;
  }
  return nullptr;
}

}  // namespace softmax_verify
