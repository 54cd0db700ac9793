#include "benchmarks/exp_pass.h"

#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "benchmarks/exp_pass.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

// Four vectors at a time, as fast as the exponential goes.
template <typename T>
void Pass(const void* t, void* y, size_t n) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const T* HWY_RESTRICT from = static_cast<const T*>(t);
  T* HWY_RESTRICT to = static_cast<T*>(y);
  const auto row = [at = Terms<decltype(d)>::For(d, hn::Zero(d))](size_t) { return at; };
  for (size_t i = 0; i < n; i += 4 * lanes) {
    hn::Vec<decltype(d)> e[4] = {hn::LoadU(d, from + i), hn::LoadU(d, from + i + lanes),
                                 hn::LoadU(d, from + i + 2 * lanes), hn::LoadU(d, from + i + 3 * lanes)};
    Terms<decltype(d)>::template Of<4>(d, row, e);
    for (size_t j = 0; j < 4; ++j) hn::StoreU(e[j], d, to + i + j * lanes);
  }
}

}  // namespace

ExpPass PassOfTarget() { return {hwy::TargetName(HWY_TARGET), &Pass<float>, &Pass<double>}; }

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(PassOfTarget);

std::vector<ExpPass> ExpPasses() {
  std::vector<ExpPass> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back(HWY_DYNAMIC_DISPATCH(PassOfTarget)());
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}
}  // namespace softmax_verify
#endif  // HWY_ONCE
