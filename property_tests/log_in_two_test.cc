// The exponential and the logarithm of sums of two doubles on every target, against MPFR: within what Lemmas R3, F1 and
// W2 of docs/error_bounds.md prove.
#include <gtest/gtest.h>
#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "verify/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "property_tests/log_in_two_test.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/log_in_two-inl.h"

// What a target makes of hi + lo.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_LOG_IN_TWO_TEST_CC_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_LOG_IN_TWO_TEST_CC_
namespace softmax_verify {
struct FunctionsInTwo {
  TwoDoubles (*quick_exp)(TwoDoubles t);   // 2^512 times too large
  TwoDoubles (*normal_exp)(TwoDoubles t);  // the same
  TwoDoubles (*log1p)(TwoDoubles t);
  LogSumInTwo (*log_of_sum)(TwoDoubles t);
  std::string target;
};
}  // namespace softmax_verify
#endif

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

using D = hn::ScalableTag<double>;

DoubleDouble<hn::Vec<D>> InAllLanes(TwoDoubles t) { return {hn::Set(D(), t.hi), hn::Set(D(), t.lo)}; }
TwoDoubles OfLane(const DoubleDouble<hn::Vec<D>>& v) { return {hn::GetLane(v.hi), hn::GetLane(v.lo)}; }

TwoDoubles Quick(TwoDoubles t) { return OfLane(QuickExp<512>(D(), InAllLanes(t))); }
TwoDoubles Normal(TwoDoubles t) { return OfLane(NormalExp<512>(D(), InAllLanes(t))); }
TwoDoubles Logarithm(TwoDoubles t) {
  const DoubleDouble<double> log = Log1pInTwo({t.hi, t.lo});
  return {log.hi, log.lo};
}
LogSumInTwo LogOfSum(TwoDoubles t) { return LogOfSumInTwo({t.hi, t.lo}, 1); }

}  // namespace

FunctionsInTwo GetFunctionsInTwo() {
  return {&Quick, &Normal, &Logarithm, &LogOfSum, hwy::TargetName(HWY_TARGET)};
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
namespace {

HWY_EXPORT(GetFunctionsInTwo);

std::vector<FunctionsInTwo> EveryTarget() {
  std::vector<FunctionsInTwo> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back(HWY_DYNAMIC_DISPATCH(GetFunctionsInTwo)());
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

// A number with a low part.
TwoDoubles Draw(double hi, Random& random) {
  return {hi, std::ldexp(random.Uniform(-0.5, 0.5), std::ilogb(hi) - 52)};
}

// A function at t to 400 bits, to compare with.
class Exact {
 public:
  Exact(int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), TwoDoubles t, int up) {
    mpfr_inits2(400, exact_, off_, static_cast<mpfr_ptr>(nullptr));
    mpfr_set_d(exact_, t.hi, MPFR_RNDN);
    mpfr_add_d(exact_, exact_, t.lo, MPFR_RNDN);
    function(exact_, exact_, MPFR_RNDN);
    mpfr_mul_2si(exact_, exact_, up, MPFR_RNDN);
  }
  ~Exact() { mpfr_clears(exact_, off_, static_cast<mpfr_ptr>(nullptr)); }
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;

  // |hi + lo - exact|
  double Off(TwoDoubles value) {
    mpfr_d_sub(off_, value.hi, exact_, MPFR_RNDN);
    mpfr_add_d(off_, off_, value.lo, MPFR_RNDN);
    return std::abs(mpfr_get_d(off_, MPFR_RNDA));
  }
  double size() const { return std::abs(mpfr_get_d(exact_, MPFR_RNDZ)); }

 private:
  mpfr_t exact_, off_;
};

TEST(LogInTwoTest, ExponentialsAreWithinWhatIsProved) {
  for (const FunctionsInTwo& functions : EveryTarget()) {
    Random random(1, HashOf("exponentials of two doubles"));
    double quick = 0, normal = 0;
    for (int trial = 0; trial < 20000; ++trial) {
      const double most = trial % 2 == 0 ? 810 : std::exp2(random.Uniform(-60, 9));
      const TwoDoubles t = Draw(-random.Uniform(0, most), random);
      Exact exact(mpfr_exp, t, 512);
      quick = std::max(quick, exact.Off(functions.quick_exp(t)) / exact.size());
      normal = std::max(normal, exact.Off(functions.normal_exp(t)) / exact.size());
    }
    EXPECT_LE(quick, 0x1p-71) << functions.target;
    EXPECT_LE(normal, 0x1p-94) << functions.target;
    RecordProperty("quick_exp_" + functions.target, std::to_string(std::log2(quick)));
    RecordProperty("normal_exp_" + functions.target, std::to_string(std::log2(normal)));
  }
}

TEST(LogInTwoTest, LogarithmsAreWithinWhatIsProved) {
  for (const FunctionsInTwo& functions : EveryTarget()) {
    Random random(1, HashOf("logarithms of two doubles"));
    double relative = 0, of_claim = 0;
    for (int trial = 0; trial < 20000; ++trial) {
      const TwoDoubles t = Draw(std::exp2(random.Uniform(trial % 2 == 0 ? -400 : -40, 32)), random);
      Exact exact(mpfr_log1p, t, 0);
      relative = std::max(relative, exact.Off(functions.log1p(t)) / exact.size());
      const LogSumInTwo log = functions.log_of_sum(t);
      of_claim = std::max(of_claim, exact.Off({log.hi, log.lo}) / log.error);
    }
    EXPECT_LE(relative, 0x1p-77) << functions.target;
    EXPECT_LE(of_claim, 1) << functions.target;
    RecordProperty("log1p_" + functions.target, std::to_string(std::log2(relative)));
    RecordProperty("of_claim_" + functions.target, std::to_string(of_claim));
  }
}

}  // namespace
}  // namespace softmax_verify
#endif  // HWY_ONCE
