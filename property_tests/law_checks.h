// The checks behind the laws, one function a law, grouped as in the files that define them; and the sets of operations
// that several of them speak of.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_LAW_CHECKS_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_LAW_CHECKS_H_

#include <cstdint>

#include "property_tests/laws.h"
#include "softmax_verify/kernel.h"
#include "verify/case.h"

namespace softmax_verify::checks {

// The results of a row are a distribution over its logits, which are all that it takes.
inline constexpr EnumSet<Operation> kDistributions = {Operation::softmax, Operation::sparsemax, Operation::entmax15,
                                                      Operation::entmax};
// Of these: in proportion to the exponentials of z.
inline constexpr EnumSet<Operation> kExponentials = {Operation::softmax};
// Of these, and of sums of exponentials, the logarithms: log_softmax for each logit, logsumexp for the row.
inline constexpr EnumSet<Operation> kLogarithms = {Operation::log_softmax, Operation::logsumexp};
// A NaN among the logits of a row (where it takes none, in dy), at an entry that takes part, makes all its results NaN.
inline constexpr EnumSet<Operation> kNanThroughout = {
    Operation::softmax, Operation::log_softmax, Operation::logsumexp, Operation::softmax_backward,
    Operation::log_softmax_backward, Operation::jacobian, Operation::cross_entropy, Operation::cross_entropy_backward,
    Operation::sparsemax, Operation::sparsemax_backward, Operation::entmax15, Operation::entmax15_backward,
    Operation::entmax, Operation::entmax_backward};
// Transposed Jacobians of softmax and log-softmax, applied to dy.
inline constexpr EnumSet<Operation> kGradients = {Operation::softmax_backward, Operation::log_softmax_backward};

// Of the distributions: powers of what exceeds a threshold. And their backward, from the saved results.
inline constexpr EnumSet<Operation> kSparseMaps = {Operation::sparsemax, Operation::entmax15, Operation::entmax};
inline constexpr EnumSet<Operation> kSparseBackwards = {Operation::sparsemax_backward, Operation::entmax15_backward,
                                                        Operation::entmax_backward};

using Check = Outcome(const Kernel& kernel, const Case& row, std::uint64_t salt);

// values_laws.cc: what one result says by itself.
Check Accuracy, WithParameters, SumToOne, Range, FiniteInFiniteOut, Order, ArgMaxIsLargest, Odds, UniformRow,
    OneElement, EveryPosition, ColdLimit, HotLimit, CorrectRounding;
// identity_laws.cc: two rows whose exact results are the same.
Check ShiftInvariance, ScaleInvariance, Permutation, EqualInputs, NegInfIsZero, AppendNegInf;
// gradient_laws.cc: what is known of gradients without a reference.
Check GradientSum, GradientConstant, GradientHomogeneous, GradientTranslation, OneHotGradient, VanishedPassesDy,
    JacobianRowsSumToZero, JacobianSymmetric, JacobianSign, VjpIsJacobian;
// log_laws.cc: what logarithms of softmax, and of sums of exponentials, owe to each other and to softmax.
Check LogExpConsistency, LogRange, LseBounds, LseTranslation, LseLipschitz, LseGradient, LseMerge, Duplication;
// sparse_laws.cc: thresholds, supports, and the gradients there.
Check OneThreshold, Support, Nonexpansive, Idempotent, AlphaLimits, GradientsBalance, GradientsOffTheSupport;
// layout_laws.cc: the same row in another place.
Check Alignment, BatchIndependence, Strides, Axis, InPlace, Determinism;
// mask_laws.cc: what is masked.
Check MaskExactness, MaskNonInterference, NothingToSee, MaskedIsCompacted, CausalIsAMask;
// loss_laws.cc: cross entropy and its gradient.
Check LossOfTies, IgnoredRows, ReducedLoss, LossIsNotNegative, LossIsAffineInSmoothing, GradientOfLossSumsToZero,
    SignsOfLossGradient;
// contract_laws.cc: special rows, memory, environment, arguments.
Check NanPropagates, PosInfRows, AllNegInfRows, MemoryContract, FpEnvironment, InvalidParameters, BadTargets;
// attention_laws.cc: keys, values and queries of a head.
Check AttentionConstantV, AttentionOneKey, AttentionSplitMerge, AttentionPadding, AttentionConvexHull,
    AttentionHiddenKeys, QueryIndependence, AttentionShift, AttentionScale, AttentionNothingSeen, AttentionNan,
    AttentionGradientsSplit, AttentionGradientsOfV, AttentionGradientsOfNothing, AttentionGradientsHidden;

}  // namespace softmax_verify::checks

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_LAW_CHECKS_H_
