// attention_backward: with p_ij = exp(z_ij - lse_i) from the saved lse and g_ij = p_ij (dout_i . v_j - dout_i . out_i),
// over the keys j that query i sees: dq_i = scale sum_j g_ij k_j, dk_j = scale sum_i g_ij q_i and
// dv_j = sum_i p_ij dout_i.
//
//   Shape    q[m,d], k[n,d], v[n,d], mask[m,n] or none, bias[m,n] or none, out[m,d], dout[m,d], lse[m] (f32 or f64) ->
//            dq[m,d], dk[n,d], dv[n,d]. dq may be q, out or dout, dk and dv may be k and v.
//   Error    |dv_jc - exact| <= sum_i p_ij (e^a_ij - 1) |dout_ic| + (1 + h_m) u sum_i p_ij |dout_ic| and a little; dq
//            and dk have the errors of g_ij, p_ij (e^a_ij - 1) |g_ij / p_ij| + (3 + h_d) u p_ij S_ij with
//            S_ij = sum_c |dout_ic| (|v_jc| + |out_ic|), and those of their own sums. a_ij = (h_d + 2) u scale
//            sum_t |q_it k_jt| + (theta + |z_ij - lse_i|) u. Half an ulp of a 16-bit output. Theorem A3 of
//            docs/error_bounds.md, computed for a row by verify/bounds/attention_backward.cc.
//   Unit     ulp of the sums of magnitudes that these bounds are stated in: gradients cancel.
//   Special  A hidden pair of query and key has no influence, whatever its operands hold; what no query sees, or sees
//            nothing, gets +0. A query with lse = -inf sees nothing.
//   Source   Dao et al. (2022): blocks of keys outside, tiles of queries inside, weights recomputed from lse.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "hwy/aligned_allocator.h"
#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/attention-inl.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// a . b, in blocks of kKeys products.
template <class T>
T Dot(const T* HWY_RESTRICT a, const T* HWY_RESTRICT b, size_t depth) {
  T sum = 0;
  for (size_t begin = 0; begin < depth; begin += kKeys) {
    T part = 0;
    for (size_t c = begin; c < HWY_MIN(begin + kKeys, depth); ++c) part += a[c] * b[c];
    sum += part;
  }
  return sum;
}

template <Format kFormat>
class Backward {
  using C = ComputeOf<kFormat>;
  using D = TileTag<C>;

 public:
  explicit Backward(const Head<kFormat>& head)
      : head_(head),
        padded_(Padded(D(), head.depth)),
        memory_(hwy::AllocateAligned<C>(kKeys * kKeys + 2 * kQueries * kKeys + (2 * kQueries + 3 * kKeys) * padded_ +
                                        head.queries * (padded_ + 1))) {}

  bool HasMemory() const { return memory_ != nullptr; }

  HWY_INLINE void Run() {
    const D d;
    std::fill_n(GradientOfQueries(), head_.queries * padded_, C{0});
    for (size_t first = 0; first < head_.queries; first += kQueries) {
      const size_t count = HWY_MIN(kQueries, head_.queries - first);
      Unpack<kFormat>(d, head_.Vector(Role::out, first), count, head_.depth, padded_, Queries());
      Unpack<kFormat>(d, head_.Vector(Role::dout, first), count, head_.depth, padded_, GradientOfOut());
      for (size_t i = 0; i < count; ++i) {
        Deltas()[first + i] = Dot(GradientOfOut() + i * padded_, Queries() + i * padded_, head_.depth);
      }
    }
    for (size_t begin = 0; begin < head_.keys; begin += kKeys) {
      const size_t count = HWY_MIN(kKeys, head_.keys - begin);
      Unpack<kFormat>(d, head_.Vector(Role::k, begin), count, head_.depth, padded_, Keys());
      std::fill_n(GradientOfKeys(), 2 * kKeys * padded_, C{0});
      for (size_t first = 0; first < head_.queries; first += kQueries) {
        const size_t last = HWY_MIN(first + kQueries, head_.queries);
        if (head_.Visible(last - 1) > begin) Add(begin, count, first, last);
      }
      Finish(Role::dk, begin, count, GradientOfKeys(), head_.scale);
      Finish(Role::dv, begin, count, GradientOfValues(), C{1});
    }
    Finish(Role::dq, 0, head_.queries, GradientOfQueries(), head_.scale);
  }

 private:
  // What a tile of queries and a block of keys give each other.
  HWY_INLINE void Add(size_t begin, size_t count, size_t first, size_t last) {
    const D d;
    const size_t rows = last - first;
    Unpack<kFormat>(d, head_.Vector(Role::q, first), rows, head_.depth, padded_, Queries());
    Unpack<kFormat>(d, head_.Vector(Role::dout, first), rows, head_.depth, padded_, GradientOfOut());
    DotProducts<kFormat>(d, Queries(), rows, padded_, head_.Vector(Role::k, begin), count, head_.depth, Columns(),
                         Weights());
    DotProducts<kFormat>(d, GradientOfOut(), rows, padded_, head_.Vector(Role::v, begin), count, head_.depth, Columns(),
                         GradientOfScores());
    // Of every key the queries that see it: a hidden pair takes no part at all, since 0 times a NaN would be NaN.
    size_t seen_by[kKeys] = {};
    uint8_t queries[kKeys][kQueries];
    for (size_t i = 0; i < rows; ++i) {
      const size_t query = first + i;
      const C lse = head_.at.template In<C>(Role::lse)[query];
      if (head_.Visible(query) <= begin || lse == -std::numeric_limits<C>::infinity()) continue;
      C* HWY_RESTRICT p = Weights() + i * kKeys;
      C* HWY_RESTRICT g = GradientOfScores() + i * kKeys;
      Score(d, head_, query, begin, p);
      uint8_t seen[kKeys];
      size_t keys = 0;
      for (size_t j = 0; j < kKeys; ++j) {
        seen[keys] = static_cast<uint8_t>(j);
        if (p[j] == -std::numeric_limits<C>::infinity()) continue;
        ++keys;
        queries[j][seen_by[j]++] = static_cast<uint8_t>(i);
      }
      for (size_t j = 0; j < kKeys; j += hn::Lanes(d)) {
        const auto weight = Exp(d, hn::Sub(hn::Load(d, p + j), hn::Set(d, lse)));
        hn::Store(weight, d, p + j);
        const auto difference = hn::Sub(hn::Load(d, g + j), hn::Set(d, Deltas()[query]));
        hn::Store(hn::Mul(weight, difference), d, g + j);
      }
      AddWeighted(
          d, keys, [&](size_t j) { return g[seen[j]]; }, [&](size_t j) { return Keys() + seen[j] * padded_; }, padded_,
          C{1}, GradientOfQueries() + query * padded_);
    }
    for (size_t j = 0; j < count; ++j) {
      const auto add = [&](const C* weights, const C* vectors, C* sum) {
        AddWeighted(
            d, seen_by[j], [&](size_t i) { return weights[queries[j][i] * kKeys + j]; },
            [&](size_t i) { return vectors + queries[j][i] * padded_; }, padded_, C{1}, sum + j * padded_);
      };
      add(GradientOfScores(), Queries(), GradientOfKeys());
      add(Weights(), GradientOfOut(), GradientOfValues());
    }
  }

  // Rows of sums times a factor, rounded once, to vectors first .. of an output.
  HWY_INLINE void Finish(Role role, size_t first, size_t count, const C* sums, C factor) {
    const D d;
    auto* const vectors = head_.at.template Out<StorageOf<kFormat>>(role) + first * head_.depth;
    for (size_t r = 0; r < count; ++r) {
      for (size_t c = 0; c < head_.depth; c += hn::Lanes(d)) {
        const auto result = hn::Mul(hn::Load(d, sums + r * padded_ + c), hn::Set(d, factor));
        StoreUpTo<kFormat>(d, result, vectors + r * head_.depth, c, head_.depth);
      }
    }
  }

  C* Columns() { return memory_.get(); }
  C* Weights() { return Columns() + kKeys * kKeys; }              // p, of a tile and a block
  C* GradientOfScores() { return Weights() + kQueries * kKeys; }  // g
  C* Queries() { return GradientOfScores() + kQueries * kKeys; }
  C* GradientOfOut() { return Queries() + kQueries * padded_; }
  C* Keys() { return GradientOfOut() + kQueries * padded_; }
  C* GradientOfKeys() { return Keys() + kKeys * padded_; }
  C* GradientOfValues() { return GradientOfKeys() + kKeys * padded_; }
  C* GradientOfQueries() { return GradientOfValues() + kKeys * padded_; }
  C* Deltas() { return GradientOfQueries() + head_.queries * padded_; }  // dout_i . out_i

  const Head<kFormat>& head_;
  const size_t padded_;
  const hwy::AlignedFreeUniquePtr<C[]> memory_;
};

template <Format kFormat>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = FullSignature(Operation::attention_backward, kFormat);
  if (layout.inner != 1 || layout.depth == 0) return Status::invalid_argument;
  if (!IsValidCall(signature, operands, layout, parameters)) return Status::invalid_argument;
  if (layout.outer == 0 || layout.axis == 0) return Status::ok;
  const Head<kFormat> head(operands, layout, parameters);
  Backward<kFormat> backward(head);
  if (!backward.HasMemory()) return Status::out_of_memory;
  backward.Run();
  return Status::ok;
}

}  // namespace

std::vector<TargetKernel> AttentionBackwardKernels() {
  std::vector<TargetKernel> kernels;
  const auto add = [&]<Format kFormat>() {
    Claim claim = AttentionClaim();
    SetExpClaim(kFormat, &claim);
    Contract contract = OurContract();
    contract.all_neg_inf = Contract::AllNegInf::zero;
    contract.exact_shift = false;
    kernels.push_back(
        {"blocked", FullSignature(Operation::attention_backward, kFormat), claim, contract, Run<kFormat>});
  };
#define SV_FORMAT(name, p, emin, emax, bytes, compute) add.template operator()<Format::name>();
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(AttentionBackwardKernels);
std::vector<TargetKernel> attention_backward_kernels() { return HWY_DYNAMIC_DISPATCH(AttentionBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
