// attention: out_i = sum_j p_ij v_j and lse_i = log(sum_j exp(z_ij)), p the softmax of z_ij = scale q_i . k_j + bias_ij
// over the keys j that query i sees, without the m by n scores ever being in memory.
//
//   Shape    q[m,d], k[n,d], v[n,d], mask[m,n] or none, bias[m,n] or none -> out[m,d], lse[m] (f32 or f64) or none.
//   Sees     a key is hidden from a query where its byte of the mask is 0, where it lies beyond the causal limit, and
//            where the bias or the score is -inf.
//   Error    |out_ic - exact| <= sum_j p_j (e^a_j - 1) |v_jc - out_ic| + (h_v + h_s + 2 + 2 R) u sum_j p_j |v_jc| and a
//            little, a_j = (h_d + 2) u scale sum_t |q_it k_jt| + (theta + d_j + R (theta + 1)) u; half an ulp of a
//            16-bit output. |lse_i - exact| <= sum_j p_j a_j + (h_s + R) u + theta_log u ln s + u |lse|. Derived in
//            docs/error_bounds.md ("Attention"), computed for a row by verify/bounds/attention.cc.
//                         passes over the keys    h_d, h_v                h_s             R
//            blocked      1                       blocks of 64 products   64 in a tree    maxima found late, by blocks
//            three_pass   2: the maximum first    the same                the same        0
//   Special  A hidden key has no influence, whatever k, v and bias hold. A query that sees nothing: out = 0 and
//            lse = -inf. NaN or +inf in a score that is seen: out and lse of that query are NaN. NaN in a v that is
//            seen: that column is.
//   Source   Rabe & Staats (2021), Dao et al. (2022): blocks of keys, with the online softmax of Milakov & Gimelshein
//            (2018).
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "hwy/aligned_allocator.h"
#include "kernels/log.h"
#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/attention-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Of one query, after some of the blocks: e^maximum sum = sum_j e^z_j, and e^maximum `out` = sum_j e^z_j v_j.
template <class T>
struct Running {
  T maximum = std::numeric_limits<T>::lowest();  // not -inf: -inf - -inf would be NaN
  T sum = 0;
};

// The largest score of a block, and `least`.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE T MaxOfBlock(D d, const T* HWY_RESTRICT z, T least) {
  auto m = hn::Set(d, least);
  for (size_t j = 0; j < kKeys; j += hn::Lanes(d)) m = hn::Max(m, hn::Load(d, z + j));
  return hn::GetLane(hn::MaxOfLanes(d, m));
}

// Replaces the scores of a block by their exponentials; returns the sum, added up as a balanced tree.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE T ExpOfBlock(D d, T maximum, T* HWY_RESTRICT z) {
  HWY_ALIGN T sums[kKeys];
  const size_t lanes = hn::Lanes(d);
  const auto m = hn::Set(d, maximum);
  for (size_t j = 0; j < kKeys; j += lanes) {
    const auto e = Exp(d, hn::Sub(hn::Load(d, z + j), m));
    hn::Store(e, d, z + j);
    hn::Store(e, d, sums + j);
  }
  for (size_t half = kKeys / 2; half >= lanes; half /= 2) {
    for (size_t j = 0; j < half; j += lanes) {
      hn::Store(hn::Add(hn::Load(d, sums + j), hn::Load(d, sums + j + half)), d, sums + j);
    }
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Load(d, sums)));
}

// A block joins what is known of a query. `values`: of its keys, rows of `padded` elements.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void Join(D d, T* HWY_RESTRICT z, const T* HWY_RESTRICT values, size_t padded, Running<T>* query,
                     T* HWY_RESTRICT out) {
  // A hidden key takes no part at all: 0 times a NaN in v would be NaN.
  size_t seen[kKeys];
  size_t count = 0;
  for (size_t j = 0; j < kKeys; ++j) {
    seen[count] = j;
    count += z[j] != -std::numeric_limits<T>::infinity();
  }
  if (count == 0) return;
  const T maximum = MaxOfBlock(d, z, query->maximum);
  // exp(0) = 1: while the maximum stays, nothing is rounded.
  const T rescale = maximum == query->maximum ? T{1} : hn::GetLane(Exp(d, hn::Set(d, query->maximum - maximum)));
  *query = {maximum, query->sum * rescale + ExpOfBlock(d, maximum, z)};
  AddWeighted(
      d, count, [&](size_t i) { return z[seen[i]]; }, [&](size_t i) { return values + seen[i] * padded; }, padded,
      rescale, out);
}

template <Format kFormat>
class Forward {
  using C = ComputeOf<kFormat>;
  using D = TileTag<C>;

 public:
  explicit Forward(const Head<kFormat>& head)
      : head_(head),
        padded_(Padded(D(), head.depth)),
        memory_(hwy::AllocateAligned<C>(kKeys * kKeys + kQueries * kKeys + (2 * kQueries + kKeys) * padded_)) {}

  bool HasMemory() const { return memory_ != nullptr; }

  // Queries [first, last), kQueries of them at most.
  template <bool kMaximumFirst>
  HWY_INLINE void Run(size_t first, size_t last) {
    const D d;
    Running<C> running[kQueries];
    C* const out = Out();
    std::fill_n(out, kQueries * padded_, C{0});
    Unpack<kFormat>(d, head_.Vector(Role::q, first), last - first, head_.depth, padded_, Queries());
    if constexpr (kMaximumFirst) {
      ForEachBlock(first, last,
                   [&](size_t, size_t, size_t i, C* z) { running[i].maximum = MaxOfBlock(d, z, running[i].maximum); });
    }
    size_t unpacked = head_.keys;  // the block whose values are
    ForEachBlock(first, last, [&](size_t begin, size_t count, size_t i, C* z) {
      if (unpacked != begin) Unpack<kFormat>(d, head_.Vector(Role::v, begin), count, head_.depth, padded_, Values());
      unpacked = begin;
      Join(d, z, Values(), padded_, &running[i], out + i * padded_);
    });
    for (size_t i = 0; i < last - first; ++i) Finish(first + i, running[i], out + i * padded_);
  }

 private:
  // use(begin, count, i, z) for every query first + i and block of keys of which it may see some.
  template <class Use>
  HWY_INLINE void ForEachBlock(size_t first, size_t last, Use use) {
    const D d;
    const size_t end = head_.Visible(last - 1);
    for (size_t begin = 0; begin < end; begin += kKeys) {
      const size_t count = HWY_MIN(kKeys, end - begin);
      DotProducts<kFormat>(d, Queries(), last - first, padded_, head_.Vector(Role::k, begin), count, head_.depth,
                           Columns(), Scores());
      for (size_t i = 0; i < last - first; ++i) {
        if (head_.Visible(first + i) <= begin) continue;
        C* const z = Scores() + i * kKeys;
        Score(d, head_, first + i, begin, z);
        use(begin, count, i, z);
      }
    }
  }

  HWY_INLINE void Finish(size_t query, const Running<C>& running, const C* HWY_RESTRICT sums) {
    const D d;
    const bool sees = running.sum != 0;
    const auto sum = hn::Set(d, running.sum);
    auto* const out = head_.at.template Out<StorageOf<kFormat>>(Role::out) + query * head_.depth;
    for (size_t c = 0; c < head_.depth; c += hn::Lanes(d)) {
      const auto result = sees ? hn::Div(hn::Load(d, sums + c), sum) : hn::Zero(d);
      StoreUpTo<kFormat>(d, result, out, c, head_.depth);
    }
    if (C* const lse = head_.at.template Out<C>(Role::lse); lse != nullptr) {
      lse[query] =
          sees ? hn::GetLane(hn::Add(hn::Set(d, running.maximum), Log(d, sum))) : -std::numeric_limits<C>::infinity();
    }
  }

  C* Columns() { return memory_.get(); }
  C* Scores() { return Columns() + kKeys * kKeys; }
  C* Queries() { return Scores() + kQueries * kKeys; }
  C* Out() { return Queries() + kQueries * padded_; }
  C* Values() { return Out() + kQueries * padded_; }

  const Head<kFormat>& head_;
  const size_t padded_;
  const hwy::AlignedFreeUniquePtr<C[]> memory_;
};

template <Format kFormat, bool kMaximumFirst>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = FullSignature(Operation::attention, kFormat);
  if (layout.inner != 1 || layout.depth == 0) return Status::invalid_argument;
  if (!IsValidCall(signature, operands, layout, parameters)) return Status::invalid_argument;
  if (layout.outer == 0 || layout.axis == 0) return Status::ok;
  const Head<kFormat> head(operands, layout, parameters);
  Forward<kFormat> forward(head);
  if (!forward.HasMemory()) return Status::out_of_memory;
  for (size_t first = 0; first < head.queries; first += kQueries) {
    forward.template Run<kMaximumFirst>(first, HWY_MIN(first + kQueries, head.queries));
  }
  return Status::ok;
}

template <bool kMaximumFirst>
void AddInEveryFormat(const char* algorithm, std::vector<TargetKernel>* kernels) {
  const auto add = [&]<Format kFormat>() {
    Claim claim = AttentionClaim();
    SetExpClaim(kFormat, &claim);
    claim.log_error = claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32;
    claim.rescale_step = kMaximumFirst ? 0 : kKeys;
    Contract contract = OurContract();
    contract.all_neg_inf = Contract::AllNegInf::zero;
    contract.exact_shift = false;
    kernels->push_back(
        {algorithm, FullSignature(Operation::attention, kFormat), claim, contract, Run<kFormat, kMaximumFirst>});
  };
#define SV_FORMAT(name, p, emin, emax, bytes, compute) add.template operator()<Format::name>();
#include "softmax_verify/formats.def"
#undef SV_FORMAT
}

}  // namespace

std::vector<TargetKernel> AttentionKernels() {
  std::vector<TargetKernel> kernels;
  AddInEveryFormat<false>("blocked", &kernels);
  AddInEveryFormat<true>("three_pass", &kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(AttentionKernels);
std::vector<TargetKernel> attention_kernels() { return HWY_DYNAMIC_DISPATCH(AttentionKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
