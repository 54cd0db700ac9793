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
constexpr auto IsGradient = Covers<checks::kGradients>;
bool IsLogGradient(const Kernel& kernel) { return kernel.operation == Operation::log_softmax_backward; }
bool IsJacobian(const Kernel& kernel) { return kernel.operation == Operation::jacobian; }
constexpr auto IsLogarithm = Covers<checks::kLogarithms>;
constexpr auto IsSparseMap = Covers<checks::kSparseMaps>;
constexpr auto IsSparseBackward = Covers<checks::kSparseBackwards>;
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
bool TakesAlpha(const Kernel& kernel) { return IsSparseMap(kernel) && kernel.parameters.Has(Parameter::alpha); }
bool IsProjection(const Kernel& kernel) { return kernel.operation == Operation::sparsemax; }

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
bool IsMasked(const Kernel& kernel) { return kernel.operation == Operation::masked_softmax; }
bool IsMaskedByBytes(const Kernel& kernel) { return IsMasked(kernel) && kernel.operands.Has(Role::mask); }
bool TakesMaskAndCausal(const Kernel& kernel) {
  return IsMaskedByBytes(kernel) && kernel.parameters.Has(Parameter::causal);
}
bool IsAttention(const Kernel& kernel) { return kernel.operation == Operation::attention; }
bool IsAttentionBackward(const Kernel& kernel) { return kernel.operation == Operation::attention_backward; }
bool IsAnyAttention(const Kernel& kernel) { return IsAttention(kernel) || IsAttentionBackward(kernel); }
bool IsHomogeneous(const Kernel& kernel) { return IsGradient(kernel) || IsAttentionBackward(kernel); }
bool HidesKeysByBytes(const Kernel& kernel) {
  return IsAttentionBackward(kernel) && kernel.operands.Has(Role::mask);
}
bool HasLse(const Kernel& kernel) { return IsAttention(kernel) && kernel.operands.Has(Role::lse); }
bool HidesKeys(const Kernel& kernel) {
  return IsAttention(kernel) && (kernel.operands.Has(Role::mask) || kernel.parameters.Has(Parameter::causal));
}
bool TakesMaskOrBias(const Kernel& kernel) {
  return IsAttention(kernel) && (kernel.operands.Has(Role::mask) || kernel.operands.Has(Role::bias));
}
bool TakesMask(const Kernel& kernel) { return IsAttention(kernel) && kernel.operands.Has(Role::mask); }
bool TakesBias(const Kernel& kernel) { return IsAnyAttention(kernel) && kernel.operands.Has(Role::bias); }
bool ScalesScores(const Kernel& kernel) { return IsAnyAttention(kernel) && kernel.parameters.Has(Parameter::scale); }
bool IsLoss(const Kernel& kernel) { return kernel.operation == Operation::cross_entropy; }
bool IsLossGradient(const Kernel& kernel) { return kernel.operation == Operation::cross_entropy_backward; }
bool TakesTargets(const Kernel& kernel) { return kernel.operands.Has(Role::targets); }
bool CanGrow(const Kernel& kernel) { return IsDistributionOrLog(kernel) || TakesTargets(kernel); }
bool IsSmoothedLoss(const Kernel& kernel) {
  return IsLoss(kernel) && kernel.parameters.Has(Parameter::label_smoothing);
}
bool IsReducedLoss(const Kernel& kernel) { return IsLoss(kernel) && kernel.parameters.Has(Parameter::reduction); }
bool IgnoresRows(const Kernel& kernel) {
  return TakesTargets(kernel) && kernel.parameters.Has(Parameter::ignore_index);
}
// A name of the form operation.algorithm.format promises the C ABI of our own kernels, statuses included.
bool HasOurAbi(const Kernel& kernel) {
  return TakesParameters(kernel) && kernel.name.starts_with(std::string(Name(kernel.operation)) + ".");
}
bool RoundsCorrectly(const Kernel& kernel) { return kernel.claim.correctly_rounded; }
bool ChecksTargets(const Kernel& kernel) { return HasOurAbi(kernel) && TakesTargets(kernel); }

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
    {"correct_rounding",
     "every result is the exact one rounded to nearest even, bit for bit, next to a midpoint too; of kernels that "
     "claim it",
     "Law: correct_rounding", "normal_1", "softmax.correctly_rounded_untested", RoundsCorrectly,
     Judge<checks::CorrectRounding>},
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
     "normal_1", "softmax.unguarded_first_block", CanGrow, Judge<checks::AppendNegInf>},
    {"mask_exactness", "a masked entry gets exactly +0", "Law: mask_exactness", "normal_10",
     "masked_softmax.masked_not_zero", IsMasked, Judge<checks::MaskExactness>},
    {"mask_non_interference", "what a masked entry holds, NaN and infinities included, changes nothing",
     "Law: mask_non_interference", "normal_1", "masked_softmax.masked_afterwards", IsMasked,
     Judge<checks::MaskNonInterference>},
    {"nothing_to_see", "a row of which nothing is kept, or nothing but -inf, gives 0, or NaN where the contract allows it",
     "Law: special rows", "normal_1", "masked_softmax.lowest", IsMasked, Judge<checks::NothingToSee>},
    {"masked_is_compacted", "the kept entries get what they get as a row of their own, within B + B'",
     "Law: masked_is_compacted", "normal_1", "masked_softmax.mask_ignored", IsMaskedByBytes, Judge<checks::MaskedIsCompacted>},
    {"causal_is_a_mask", "a causal limit gives what the byte mask of the same entries gives, within B + B'",
     "Law: causal_is_a_mask", "normal_1", "masked_softmax.wrong_corner", TakesMaskAndCausal,
     Judge<checks::CausalIsAMask>},
    {"gradient_sum", "|sum_i dx_i - its exact value| <= sum_i bound_i: 0 where the probabilities sum to 1",
     "Law: gradient_sum", "normal_1", "softmax_backward.no_dot", IsGradient, Judge<checks::GradientSum>},
    {"gradient_constant",
     "a constant dy gives 0 for probabilities that sum to 1, and what they lack of it else (log: dy (1 - n exp(y_i)))",
     "Law: gradient_constant", "normal_10", "softmax_backward.sum_of_dy", IsGradient, Judge<checks::GradientConstant>},
    {"gradient_homogeneous", "dy (dout) 2^k gives 2^k times the results, within B' + 2^k B", "Law: gradient_homogeneous",
     "normal_1", "softmax_backward.quadratic", IsHomogeneous, Judge<checks::GradientHomogeneous>},
    {"gradient_translation", "dy + t, exactly representable, adds what a constant dy of t gives, within B + B'",
     "Law: gradient_translation", "normal_1", "softmax_backward.tail_of_dot_lost", IsGradient,
     Judge<checks::GradientTranslation>},
    {"one_hot_gradient", "dy of -w for class t and 0 elsewhere gives w (exp(y_i) - [i = t]), p - q, within the bound",
     "Law: one_hot_gradient", "normal_1", "log_softmax_backward.mean_of_dy", IsLogGradient,
     Judge<checks::OneHotGradient>},
    {"vanished_passes_dy", "y_i = -inf gives dy_i itself", "Law: vanished_passes_dy", "normal_1",
     "log_softmax_backward.zero_times_log", IsLogGradient, Judge<checks::VanishedPassesDy>},
    {"jacobian_rows_sum_to_zero", "|sum_j J_ij| <= sum_j bound_ij", "Law: jacobian_rows_sum_to_zero", "normal_1",
     "jacobian.square_missing", IsJacobian, Judge<checks::JacobianRowsSumToZero>},
    {"jacobian_symmetric", "J_ij = J_ji: bit for bit where promised, else within B_ij + B_ji",
     "Law: jacobian_symmetric", "normal_1", "jacobian.row_alone", IsJacobian, Judge<checks::JacobianSymmetric>},
    {"jacobian_sign", "J_ij <= 0 off the diagonal, and J_ii >= -bound_ii", "Law: jacobian_sign", "normal_1",
     "jacobian.sign", IsJacobian, Judge<checks::JacobianSign>},
    {"vjp_is_jacobian", "J^T v is the exact gradient for dy = v within sum_i |v_i| bound_ij", "Law: vjp_is_jacobian",
     "normal_1", "jacobian.no_diagonal", IsJacobian, Judge<checks::VjpIsJacobian>},
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
    {"loss_of_ties", "k classes tied at any level, the target among them, cost |loss - C ln k| <= bound ulp",
     "Law: loss_of_ties", "huge_offset", "cross_entropy.lse_minus_logit", IsLoss, Judge<checks::LossOfTies>},
    {"ignored_rows", "an ignored row gets exactly +0, whatever it holds, and changes no other result by more than B + B'",
     "Law: ignored_rows", "normal_1", "cross_entropy.ignored_by_a_product", IgnoresRows, Judge<checks::IgnoredRows>},
    {"reduced_loss", "a sum or a mean is that of the losses that the kernel gives one by one, within the bounds of all",
     "Law: reduced_loss", "normal_1", "cross_entropy.mean_over_rows", IsReducedLoss, Judge<checks::ReducedLoss>},
    {"loss_is_not_negative", "loss >= -bound ulp", "Law: loss_is_not_negative", "huge_offset",
     "cross_entropy.smooths_raw_logits", IsLoss, Judge<checks::LossIsNotNegative>},
    {"loss_is_affine_in_smoothing", "loss(e) = (1 - e) loss(0) + e / n sum_k loss_k(0) within the bounds of all",
     "Law: loss_is_affine_in_smoothing", "normal_1", "cross_entropy.smooths_the_others", IsSmoothedLoss,
     Judge<checks::LossIsAffineInSmoothing>},
    {"loss_gradient_sum", "|sum_j dx_j| <= sum_j bound_j ulp: softmax and targets both sum to 1", "Law: loss_gradient_sum",
     "constant", "cross_entropy_backward.subtracts_one", IsLossGradient, Judge<checks::GradientOfLossSumsToZero>},
    {"loss_gradient_sign", "without smoothing and for dloss > 0, dx_t <= bound ulp at the target and dx_j >= 0 elsewhere",
     "Law: loss_gradient_sign", "dominant", "cross_entropy_backward.target_keeps_y", IsLossGradient,
     Judge<checks::SignsOfLossGradient>},
    {"one_threshold", "every result tells where the threshold lies, w_i - y_i^(alpha - 1) or above w_i: some number fits all",
     "Law: one_threshold", "thresholds", "sparsemax.tail_has_its_own_threshold", IsSparseMap, Judge<checks::OneThreshold>},
    {"support", "exactly 0 where the exact threshold lies beyond reach above, positive where it lies so far below",
     "Law: support", "thresholds", "sparsemax.leaves_small_values", IsSparseMap, Judge<checks::Support>},
    {"nonexpansive", "||y - y'|| <= ||z - z'|| + the errors of both, in the Euclidean norm", "Law: nonexpansive",
     "thresholds", "sparsemax.support_of_one_less", IsSparseMap, Judge<checks::Nonexpansive>},
    {"idempotent", "the projection of y moves no element by more than |sum y - 1| + bound", "Law: idempotent",
     "normal_1", "sparsemax.sum_of_cumulative_sums", IsProjection, Judge<checks::Idempotent>},
    {"alpha_limits",
     "alpha = 1 gives softmax, and keeps its law of odds; alpha = 2 gives sparsemax, and projects on the simplex",
     "Law: alpha_limits", "uniform_10", "entmax.divided_by_nothing", TakesAlpha, Judge<checks::AlphaLimits>},
    {"gradients_balance", "|sum_i dx_i| <= sum of the bounds: a constant added to the logits changes nothing",
     "Law: gradients_balance", "normal_1", "sparsemax_backward.mean_over_the_row", IsSparseBackward,
     Judge<checks::GradientsBalance>},
    {"gradients_off_the_support", "dx_i = 0 where y_i = 0, and dy_i has no influence there",
     "Law: gradients_off_the_support", "normal_1", "sparsemax_backward.sums_everything", IsSparseBackward,
     Judge<checks::GradientsOffTheSupport>},
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
    {"attention_constant_v", "a column of v with equal values gives that value within the bound",
     "Law: attention_constant_v", "normal_10", "attention.padding_counted", IsAttention,
     Judge<checks::AttentionConstantV>},
    {"attention_one_key", "a single key gives its v, and its score as lse, within the bounds",
     "Law: attention_one_key", "normal_1", "attention.scale_twice", IsAttention, Judge<checks::AttentionOneKey>},
    {"attention_split_merge", "two halves of the keys, merged by their lse, give out and lse of all within all bounds",
     "Law: attention_split_merge", "normal_1", "attention.lse_in_base_2", HasLse, Judge<checks::AttentionSplitMerge>},
    {"attention_padding", "hidden keys in front and behind keep the results within B + B'", "Law: attention_padding",
     "normal_1", "attention.first_block_hidden", TakesMask, Judge<checks::AttentionPadding>},
    {"attention_convex_hull", "min_j v_jc - bound <= out_c <= max_j v_jc + bound over the keys that are seen",
     "Law: attention_convex_hull", "normal_10", "attention.out_not_rescaled", IsAttention,
     Judge<checks::AttentionConvexHull>},
    {"attention_hidden_keys", "k, v and bias of the keys that a query does not see change no bit of its results",
     "Law: attention_hidden_keys", "normal_1", "attention.mask_ignored", HidesKeys, Judge<checks::AttentionHiddenKeys>},
    {"query_independence", "queries by themselves get what they get among others: the same bits where promised",
     "Law: query_independence", "normal_1", "attention.one_maximum_for_all", IsAnyAttention,
     Judge<checks::QueryIndependence>},
    {"attention_shift",
     "a bias larger by c for every key adds c to lse and keeps out (gradients: with lse + c) within B + B'",
     "Law: attention_shift", "normal_1", "attention.finite_sentinel", TakesBias, Judge<checks::AttentionShift>},
    {"attention_scale", "q or k times 2^e with the scale times 2^-e keeps the results (dq or dk: times 2^-e) within B + B'",
     "Law: attention_scale", "normal_1", "attention.scale_ignored", ScalesScores, Judge<checks::AttentionScale>},
    {"attention_nothing_seen", "a query that sees no key: out is 0 or NaN, lse -inf or NaN, as the contract says",
     "Law: attention_nothing_seen", "normal_1", "attention.uniform_where_nothing_is_seen", TakesMaskOrBias,
     Judge<checks::AttentionNothingSeen>},
    {"attention_nan", "a NaN in k makes the queries that see it NaN, one in v its column, and no other",
     "Law: attention_nan", "normal_1", "attention.hidden_nan_leaks", IsAttention, Judge<checks::AttentionNan>},
    {"attention_gradients_split", "halves of the keys: their dq add up, dk and dv are their own, within all bounds",
     "Law: attention_gradients_split", "normal_1", "attention_backward.last_block_overwrites", IsAttentionBackward,
     Judge<checks::AttentionGradientsSplit>},
    {"attention_gradients_of_v", "|sum_j dv_jc - sum_i dout_ic sum_j p_ij| <= the sum of the bounds",
     "Law: attention_gradients_of_v", "normal_1", "attention_backward.weights_in_base_2", IsAttentionBackward,
     Judge<checks::AttentionGradientsOfV>},
    {"attention_gradients_of_nothing", "a dout of 0 gives gradients that are exactly 0",
     "Law: attention_gradients_of_nothing", "normal_1", "attention_backward.delta_of_out", IsAttentionBackward,
     Judge<checks::AttentionGradientsOfNothing>},
    {"attention_gradients_hidden",
     "keys, and queries, that bytes hide from all: 0, and what their operands hold changes no bit elsewhere",
     "Law: attention_gradients_hidden", "normal_1", "attention_backward.hidden_nan_leaks", HidesKeysByBytes,
     Judge<checks::AttentionGradientsHidden>},
    {"bad_targets",
     "a target that is neither a class nor ignore_index gives invalid_argument, the outputs untouched, nothing read "
     "elsewhere",
     "Law: bad_targets", "normal_1", "cross_entropy.takes_any_target", ChecksTargets, Judge<checks::BadTargets>},
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
