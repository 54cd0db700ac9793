#include "property_tests/laws.h"

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

bool Always(const Kernel&) { return true; }
// Without a shift almost every scaled row over- or underflows, and nothing is promised.
bool Shifts(const Kernel& kernel) { return kernel.claim.shifted; }
// A name of the form operation.algorithm.format promises the C ABI of our own kernels, statuses included.
bool HasOurAbi(const Kernel& kernel) { return kernel.name.starts_with(std::string(Name(kernel.operation)) + "."); }

// A kernel that refuses valid arguments breaks whatever law tried it.
template <checks::Check* kCheck>
Outcome Judge(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  try {
    return kCheck(kernel, row, salt);
  } catch (const Refused& refusal) {
    return Broken(refusal.what());
  }
}

constexpr Law kLaws[] = {
    {"accuracy", "|y_i - exact_i| <= bound_i ulp(exact_i), the bound that is proved for the claim on this row",
     "Law: accuracy", "normal_10", "times_1_001", Always, Judge<checks::Accuracy>},
    {"parameters", "accuracy holds for softmax(x * scale / temperature), whatever the scale and the temperature",
     "Law: parameters", "normal_1", "scale_ignored", Always, Judge<checks::WithParameters>},
    {"sum_to_one", "|sum_i y_i - 1| <= bound.sum, the sum taken exactly", "Law: sum_to_one", "constant",
     "plus_one_in_denominator", Always, Judge<checks::SumToOne>},
    {"range", "0 <= y_i <= 1 + bound_i ulp(1), and y_i > 0 where exact_i > bound_i ulp(exact_i)", "Law: range",
     "normal_10", "exp_flushed_below_16", Always, Judge<checks::Range>},
    {"finite_in_finite_out", "finite logits give finite results", "Law: finite_in_finite_out", "wide", "no_shift",
     Always, Judge<checks::FiniteInFiniteOut>},
    {"order", "x_i <= x_j gives y_i <= y_j e^(omega_i + omega_j), and y_i <= y_j where exp is monotone", "Law: order",
     "ramp", "tail_power_of_two", Always, Judge<checks::Order>},
    {"argmax", "the largest logit gets at least e^-B / n, and no other gets more than its e^(omega_i + omega_j) fold",
     "Law: argmax", "huge_offset", "saturating_exp", Always, Judge<checks::ArgMaxIsLargest>},
    {"odds", "|ln(y_i / y_j) - (z_i - z_j)| <= omega_i + omega_j: the sum cancels", "Law: odds", "uniform_10",
     "tail_coarse_exp", Always, Judge<checks::Odds>},
    {"uniform_row", "n equal logits give |y_i - 1/n| <= bound_i ulp(1/n)", "Law: uniform_row", "constant",
     "bf16_accumulator", Always, Judge<checks::UniformRow>},
    {"one_element", "n = 1 gives |y - 1| <= bound ulp(1)", "Law: one_element", "normal_1", "one_element_is_zero",
     Always, Judge<checks::OneElement>},
    {"every_position", "a single larger logit gets an accurate result at whatever position it stands",
     "Law: every_position", "constant", "drops_last_term", Always, Judge<checks::EveryPosition>},
    {"cold_limit", "temperature towards 0: the k largest logits get 1/k each, the others 0", "Law: cold_limit", "ties",
     "temperature_multiplied", Shifts, Judge<checks::ColdLimit>},
    {"hot_limit", "temperature towards infinity: every element gets 1/n", "Law: hot_limit", "normal_10",
     "temperature_ignored", Always, Judge<checks::HotLimit>},
    {"shift_invariance",
     "x + c, exactly representable, keeps the results: bit for bit where promised, else within B + B'",
     "Law: shift_invariance", "grid", "exp_of_x_minus_lse", Always, Judge<checks::ShiftInvariance>},
    {"scale_invariance", "x 2^k with scale 2^-k (or temperature 2^k) keeps the results within B + B'",
     "Law: scale_invariance", "normal_1", "scale_after_softmax", Always, Judge<checks::ScaleInvariance>},
    {"permutation", "permuted logits give permuted results within B + B'", "Law: permutation", "sorted_descending",
     "online_without_rescale", Always, Judge<checks::Permutation>},
    {"equal_inputs", "x_i = x_j gives y_i = y_j: bit for bit where promised, else |ln(y_i / y_j)| <= omega_i + omega_j",
     "Law: equal_inputs", "ties", "tail_coarse_exp", Always, Judge<checks::EqualInputs>},
    {"neg_inf_is_zero", "a -inf beside finite logits gives exactly +0 and changes nothing else", "Law: neg_inf_is_zero",
     "normal_1", "negative_zero_for_masked", Always, Judge<checks::NegInfIsZero>},
    {"append_neg_inf", "-inf in front of a row or behind it keeps the results within B + B'", "Law: append_neg_inf",
     "normal_1", "unguarded_first_block", Always, Judge<checks::AppendNegInf>},
    {"alignment", "x and y at any element offset: the same bits where promised, else within 2 B", "Law: layout", "ramp",
     "rounds_pointer_down", Always, Judge<checks::Alignment>},
    {"batch_independence", "other rows of the batch do not matter: the same bits where promised, else within 2 B",
     "Law: layout", "normal_1", "global_maximum", Always, Judge<checks::BatchIndependence>},
    {"strides", "row strides beyond n: the same results, the gaps of y untouched", "Law: layout", "ramp", "ignores_ldx",
     Always, Judge<checks::Strides>},
    {"axis", "the middle axis of [outer, n, inner]: the same results as row by row", "Law: layout", "ramp",
     "wrong_axis", Always, Judge<checks::Axis>},
    {"in_place", "y = x: the same results", "Law: layout", "normal_1", "rereads_logits_after_writing", Always,
     Judge<checks::InPlace>},
    {"determinism", "the same call gives the same bits, whatever was called before", "Law: determinism", "normal_10",
     "remembers_the_pointer", Always, Judge<checks::Determinism>},
    {"nan_propagates", "a NaN at any position makes its whole row NaN and no other row", "Law: special rows",
     "normal_1", "nan_swallowed", Always, Judge<checks::NanPropagates>},
    {"pos_inf_rows", "with +inf in the row, each element is NaN or its limit, as the contract says",
     "Law: special rows", "normal_1", "zeros_beside_pos_inf", Always, Judge<checks::PosInfRows>},
    {"all_neg_inf_rows", "a row of -inf alone gives NaN or 0, as the contract says, for every n", "Law: special rows",
     "normal_1", "contract_depends_on_n", Always, Judge<checks::AllNegInfRows>},
    {"memory_contract", "between guard pages, x read-only: every element of y is written and no other byte touched",
     "Law: memory_contract", "normal_1", "reads_past_the_end", Always, Judge<checks::MemoryContract>},
    {"fp_environment", "rounding mode, flushing modes and exception masks are left as they were found",
     "Law: fp_environment", "normal_1", "leaves_rounding_mode", Always, Judge<checks::FpEnvironment>},
    {"invalid_parameters", "a scale or temperature that is not positive and finite gives invalid_argument, y untouched",
     "Law: invalid_parameters", "normal_1", "accepts_any_temperature", HasOurAbi, Judge<checks::InvalidParameters>},
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
