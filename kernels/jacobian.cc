// jacobian: J_ij = y_i (delta_ij - y_j), y = softmax(x). One contiguous row at a time, [n, n] results for each.
//
//   Shape    x[n] -> y[n, n], dense; an axis with inner > 1 is refused.
//   Error    Theorem G3 of docs/error_bounds.md: off the diagonal |ln(J_ij / exact)| <= B_i + B_j + u with the B_i of
//            softmax; on it about (B_i + sum_j y_j B_j + 3 u) y_i. Half an ulp of a 16-bit output comes on top.
//   Unit     ulp(exact) off the diagonal, ulp(y_i) on it: y_i (1 - y_i) cancels as y_i comes near 1.
//   Exact    J_ij and J_ji have the same bits; J_ij <= 0 <= J_ii.
//   Special  NaN or +inf in x, or -inf alone: all NaN. x_i = -inf beside a finite logit: row and column i are zeros.
//   Source   three_pass as in kernels/softmax.cc; the probabilities of a block of rows and of one of columns are kept,
//            so that exponentials are taken about twice per logit and block, not once per result.
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/jacobian.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <Format kFormat>
void ThreePass(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using T = ComputeOf<kFormat>;
  using V = hn::Vec<D>;
  const size_t n = row.n;
  const size_t lanes = hn::Lanes(d);
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), n};
  auto* out = row.at.Out<StorageOf<kFormat>>(Role::y);
  const Shift<D, false> shift(d, row.scaling);
  const MaxSum<V> of = TwoPasses::Of(d, x, shift);
  const V reciprocal = hn::Div(hn::Set(d, T{1}), of.s);
  HWY_ALIGN T rows[kBlock];
  HWY_ALIGN T columns[kBlock];
  const auto keep_probabilities = [&](size_t begin, T* HWY_RESTRICT y) {
    for (size_t i = 0; i < kBlock && begin + i < n; i += lanes) {
      hn::Store(hn::Mul(Exp(d, shift(x.At(d, begin + i), of.m)), reciprocal), d, y + i);
    }
  };
  for (size_t top = 0; top < n; top += kBlock) {
    keep_probabilities(top, rows);
    for (size_t left = 0; left < n; left += kBlock) {
      keep_probabilities(left, columns);
      for (size_t i = top; i < HWY_MIN(top + kBlock, n); ++i) {
        const V y = hn::Set(d, rows[i - top]);
        const V here = hn::Iota(d, 0);
        for (size_t j = left; j < HWY_MIN(left + kBlock, n); j += lanes) {
          const V other = hn::Load(d, columns + (j - left));
          V result = hn::Neg(hn::Mul(y, other));
          if (i - j < lanes) {
            const auto diagonal = hn::Eq(here, hn::Set(d, static_cast<T>(i - j)));
            result = hn::IfThenElse(diagonal, hn::Mul(y, hn::Sub(hn::Set(d, T{1}), other)), result);
          }
          StoreUpTo<kFormat>(d, result, out + i * n, j, n);
        }
      }
    }
  }
}

template <Format kFormat>
void Add(std::vector<TargetKernel>* kernels) {
  Claim claim = TwoPasses::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  Contract contract = OurContract();
  contract.symmetric = true;
  kernels->push_back({"three_pass", FullSignature(Operation::jacobian, kFormat), claim, contract,
                      Over<&ThreePass<kFormat>, Operation::jacobian, kFormat>});
}

}  // namespace

std::vector<TargetKernel> JacobianKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) Add<Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(JacobianKernels);
std::vector<TargetKernel> jacobian_kernels() { return HWY_DYNAMIC_DISPATCH(JacobianKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
