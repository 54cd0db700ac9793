// The terms of kernels/terms-inl.h on every target: in f32 over every float for which they are made, in f64 over a dense
// sample; and the exponentials of kernels/wide_exp-inl.h over another.
//
// The yardstick is the C library's exp in double for f32 and expl for f64: their error, below 2^-52 and 2^-63, is below
// 2^-28 and 2^-10 of the units measured here, and is added to what is measured.
#include <gtest/gtest.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/exp.h"
#include "verify/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "property_tests/terms_test.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/terms-inl.h"
#include "kernels/wide_exp-inl.h"

// What a target says of its terms.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_TERMS_TEST_CC_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_TERMS_TEST_CC_
namespace softmax_verify {
template <typename T>
struct TargetTerms {
  // The terms of t[0 .. n), n a multiple of four of any vector, in a row with the maximum m.
  void (*terms)(const T* t, T m, T* y, std::size_t n) = nullptr;
  // The same below the ceiling for logits of which m is the largest so far; the ceiling.
  T (*terms_below)(const T* t, T m, T* y, std::size_t n) = nullptr;
  long double factor = 1;  // C 2^kBias
  T near = 0;
  T far = 0;
  std::string target;
};
struct TargetWideExp {
  void (*exps)(double* t, std::size_t n) = nullptr;  // in place, n a multiple of four of any vector
  double error = 0;                                  // (error + slope |t|) u
  double slope = 0;
  std::string target;
};
}  // namespace softmax_verify
#endif

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

template <typename T, class D = hn::ScalableTag<T>>
void TermsOfArray(const T* t, const TermsRow<hn::Vec<D>>& of, T* y, size_t n) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < n; i += 4 * lanes) {
    hn::Vec<D> e[4];
    for (size_t j = 0; j < 4; ++j) e[j] = hn::LoadU(d, t + i + j * lanes);
    Terms<D>::template Of<4>(d, [&](size_t) { return of; }, e);
    for (size_t j = 0; j < 4; ++j) hn::StoreU(e[j], d, y + i + j * lanes);
  }
}
template <typename T>
void TermsOfRow(const T* t, T m, T* y, size_t n) {
  const hn::ScalableTag<T> d;
  TermsOfArray(t, Terms<decltype(d)>::For(d, hn::Set(d, m)), y, n);
}
template <typename T>
T TermsBelowCeiling(const T* t, T m, T* y, size_t n) {
  const hn::ScalableTag<T> d;
  const auto ceiling = Terms<decltype(d)>::Above(d, hn::Set(d, m));
  TermsOfArray(t, ceiling.terms, y, n);
  return hn::GetLane(ceiling.exponent);
}

template <typename T>
TargetTerms<T> OfTarget() {
  using C = TermConstants<T>;
  return {&TermsOfRow<T>, &TermsBelowCeiling<T>, std::ldexp(C::kFactor, C::kBias), C::kNear, C::kFar,
          hwy::TargetName(HWY_TARGET)};
}

void WideExpsOfArray(double* t, size_t n) {
  const hn::ScalableTag<double> d;
  for (size_t i = 0; i < n; i += 4 * hn::Lanes(d)) {
    hn::Vec<decltype(d)> e[4];
    for (size_t j = 0; j < 4; ++j) e[j] = hn::LoadU(d, t + i + j * hn::Lanes(d));
    WideExps<4>(d, e);
    for (size_t j = 0; j < 4; ++j) hn::StoreU(e[j], d, t + i + j * hn::Lanes(d));
  }
}

}  // namespace

TargetWideExp GetWideExp() {
  return {&WideExpsOfArray, kWideExpError, kWideExpSlope, hwy::TargetName(HWY_TARGET)};
}
TargetTerms<float> GetTermsF32() { return OfTarget<float>(); }
TargetTerms<double> GetTermsF64() { return OfTarget<double>(); }

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
namespace {

HWY_EXPORT(GetTermsF32);
HWY_EXPORT(GetTermsF64);
HWY_EXPORT(GetWideExp);

// Best target first.
template <typename Get>
auto EveryTarget(Get get) {
  std::vector<decltype(get())> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back(get());
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

template <typename T>
struct Seen {
  double error = 0;  // largest |ln(term / exact)| in u
  T where = 0;
  std::uint64_t inversions = 0;  // between neighbours
  std::uint64_t count = 0;

  void Merge(const Seen& other) {
    if (other.error > error) {
      error = other.error;
      where = other.where;
    }
    inversions += other.inversions;
    count += other.count;
  }
};

template <typename T, typename Wide>
void Judge(T t, T term, Wide exact, Seen<T>* seen) {
  constexpr Wide kUnit = std::numeric_limits<T>::epsilon() / 2;
  const double error = static_cast<double>(std::abs((term - exact) / exact) * (1 + 2 * kUnit) / kUnit);
  ++seen->count;
  if (error <= seen->error) return;
  seen->error = error;
  seen->where = t;
}

// The exponent that the terms of a row with this maximum lack.
template <typename T>
int ExponentOf(T m) {
  return static_cast<int>(std::nearbyint(m * std::numbers::log2e_v<T>));
}

// Every float from 2^-26 up to near, and down to -near - far. Nearer to 0 terms are those of 0: see the last test.
TEST(TermsTest, EveryFloatOnEveryTarget) {
  const auto targets = EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF32)(); });
  using All = std::vector<Seen<float>>;
  constexpr std::uint32_t kChunk = 8192;
  constexpr std::uint32_t kOverlap = 64;  // each chunk begins with the end of the one before: every neighbour is compared
  const std::uint32_t least = std::bit_cast<std::uint32_t>(0x1p-26f);
  const std::uint32_t most = std::bit_cast<std::uint32_t>(targets[0].near + targets[0].far);
  const std::uint32_t chunks = (most - least) / kChunk + 1;
  const All total = tbb::parallel_reduce(
      tbb::blocked_range<std::uint32_t>(0, 2 * chunks, 64), All(targets.size()),
      [&](const tbb::blocked_range<std::uint32_t>& range, All seen) {
        std::vector<float> t(kChunk + kOverlap), y(kChunk + kOverlap);
        std::vector<double> exact(t.size());
        for (std::uint32_t chunk = range.begin(); chunk < range.end(); ++chunk) {
          const bool negative = chunk >= chunks;
          for (std::uint32_t i = 0; i < t.size(); ++i) {
            const float size = std::bit_cast<float>(least + (chunk % chunks) * kChunk + i - kOverlap);
            t[i] = negative ? -size : size;
            exact[i] = std::exp(static_cast<double>(t[i]));
          }
          const float largest = negative ? t.front() : t.back();
          if (largest >= targets[0].near) continue;
          // Half an exponent further up, so that both even and odd ones are tried.
          for (const float above : {0.0f, 0.7f}) {
            const float m = std::max(std::min(largest + above, std::nextafter(targets[0].near, 0.0f)),
                                     std::nextafter(-targets[0].near, 0.0f));
            for (std::size_t k = 0; k < targets.size(); ++k) {
              targets[k].terms(t.data(), m, y.data(), y.size());
              const double factor = std::ldexp(static_cast<double>(targets[k].factor), -ExponentOf(m));
              for (std::size_t i = kOverlap; i < t.size(); ++i) {
                if (t[i] < m - targets[k].far) {
                  seen[k].inversions += y[i] != 0;
                  continue;
                }
                Judge(t[i], y[i], factor * exact[i], &seen[k]);
                // Bits grow with |t|: the larger of two neighbours is the later one above 0, the earlier one below.
                seen[k].inversions += negative ? y[i - 1] < y[i] : y[i - 1] > y[i];
              }
            }
          }
        }
        return seen;
      },
      [](All a, const All& b) {
        for (std::size_t k = 0; k < a.size(); ++k) a[k].Merge(b[k]);
        return a;
      });
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const Seen<float>& seen = total[k];
    std::printf("terms f32 %-7s max |ln error| %.4f u at %a, %llu inversions, %llu terms\n", targets[k].target.c_str(),
                seen.error, seen.where, static_cast<unsigned long long>(seen.inversions),
                static_cast<unsigned long long>(seen.count));
    EXPECT_LE(seen.error + 0x1p-28, kExpErrorF32) << targets[k].target;
    EXPECT_EQ(seen.inversions, 0u) << targets[k].target << ": Claim::exp_monotone says that there is none";
    EXPECT_GT(seen.count, std::uint64_t{1} << 29) << targets[k].target;
  }
}

TEST(TermsTest, DenseSampleOfDoublesOnEveryTarget) {
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kChunks = 500;
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF64)(); })) {
    Seen<double> seen;
    std::vector<double> t(kChunk), y(kChunk);
    for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
      Random random(1, chunk);
      const double m = random.Uniform(-target.near, target.near);
      for (double& value : t) {
        switch (random.Below(3)) {
          case 0: value = m - random.Uniform(0, target.far); break;
          case 1: value = m - std::exp(random.Uniform(-20, 6)); break;
          // Around the ends of the reduced range, where the error of the polynomial is largest.
          default: value = (std::floor((m - random.Uniform(0, 40)) * 16 * std::numbers::log2e) + 0.5) / 16 * std::numbers::ln2;
        }
        value = std::min(value, m);
      }
      target.terms(t.data(), m, y.data(), kChunk);
      const long double factor = std::ldexp(target.factor, -ExponentOf(m));
      for (std::size_t i = 0; i < kChunk; ++i) {
        if (t[i] >= m - target.far) Judge(t[i], y[i], factor * std::exp(static_cast<long double>(t[i])), &seen);
      }
    }
    std::printf("terms f64 %-7s max |ln error| %.4f u at %a\n", target.target.c_str(), seen.error, seen.where);
    EXPECT_LE(seen.error + 0x1p-9, kExpErrorF64) << target.target;
  }
}

// Neighbouring doubles where the table's entries and the exponents change: no term of a larger number is smaller.
TEST(TermsTest, DoublesStayInOrderWhereTheEntryChanges) {
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF64)(); })) {
    constexpr std::size_t kNeighbours = 64;
    std::vector<double> t(kNeighbours), y(kNeighbours);
    std::uint64_t inversions = 0;
    for (int k = -8 * 1000; k < 8 * 1000; ++k) {
      t[kNeighbours / 2] = (k + 0.5) / 8 * std::numbers::ln2;
      for (std::size_t i = kNeighbours / 2; i > 0; --i) t[i - 1] = std::nextafter(t[i], -HUGE_VAL);
      for (std::size_t i = kNeighbours / 2 + 1; i < kNeighbours; ++i) t[i] = std::nextafter(t[i - 1], HUGE_VAL);
      target.terms(t.data(), t.back(), y.data(), kNeighbours);
      for (std::size_t i = 1; i < kNeighbours; ++i) inversions += y[i] < y[i - 1];
    }
    EXPECT_EQ(inversions, 0u) << target.target;
  }
}

TEST(WideExpTest, DenseSampleOnEveryTarget) {
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kChunks = 500;
  constexpr long double kUnit = std::numeric_limits<double>::epsilon() / 2;
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetWideExp)(); })) {
    double largest = 0;  // of the error, in parts of what is promised
    double where = 0;
    std::vector<double> t(kChunk), y(kChunk);
    for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
      Random random(2, chunk);
      for (double& value : t) {
        switch (random.Below(4)) {
          case 0: value = -random.Uniform(0, 400); break;
          case 1: value = -std::exp(random.Uniform(-40, 5.9)); break;
          // Within the reduced range, and around its ends, where the error of the polynomial is largest.
          case 2: value = -(std::floor(random.Uniform(0, 160)) + random.Uniform(-0.5, 0.5)) / 16 * std::numbers::ln2; break;
          default: value = -(std::floor(random.Uniform(0, 4000)) + 0.5) / 16 * std::numbers::ln2;
        }
        value = std::clamp(value, -400.0, 0.0);
      }
      y = t;
      target.exps(y.data(), kChunk);
      for (std::size_t i = 0; i < kChunk; ++i) {
        const long double exact = std::exp(static_cast<long double>(t[i]));
        const auto error = static_cast<double>(std::abs((y[i] - exact) / exact) / kUnit + 0x1p-9);
        const double part = error / (target.error - target.slope * t[i]);
        if (part <= largest) continue;
        largest = part;
        where = t[i];
      }
    }
    std::printf("wide exp %-7s %.4f of %.2f u and %.2f u |t|, at %a\n", target.target.c_str(), largest, target.error,
                target.slope, where);
    EXPECT_LE(largest, 1) << target.target;
    EXPECT_GT(largest, 0.5) << target.target << ": the promise is not the proved one";
  }
}
TEST(WideExpTest, Special) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetWideExp)(); })) {
    std::vector<double> t(64, 0.0);
    t[1] = -400;
    t[2] = -kInfinity;
    t[3] = -400.5;
    t[4] = std::numeric_limits<double>::quiet_NaN();
    t[5] = std::numeric_limits<double>::lowest();
    t[6] = -std::numeric_limits<double>::denorm_min();
    target.exps(t.data(), t.size());
    for (const std::size_t i : {2, 3, 5}) EXPECT_EQ(t[i], t[1]) << target.target << ' ' << i;
    for (const std::size_t i : {0, 6}) EXPECT_EQ(t[i], 1) << target.target << ' ' << i;
    EXPECT_TRUE(std::isnan(t[4])) << target.target;
    EXPECT_NEAR(t[1] / std::exp(-400.0), 1, 0x1p-44) << target.target;
  }
}

// Theorem T3: what a ceiling changes is a power of two, and nothing is cut that counts.
template <typename T>
void TryCeilings(const TargetTerms<T>& target, T least, T most) {
  constexpr std::size_t kCount = 4096;
  std::vector<T> t(kCount), y(kCount), higher(kCount);
  Random random(2, 0);
  for (T m = least; m < most; m += random.Uniform(0, 9)) {
    // Halves of multiples of ln(2) / N, where a tie may be, too.
    for (std::size_t i = 0; i < kCount; ++i) {
      const double below = m - random.Uniform(0, target.far - 33);
      const double half = (std::floor(below * 16 * std::numbers::log2e) + 0.5) / 16 * std::numbers::ln2;
      t[i] = static_cast<T>(std::min<double>(m, i % 2 == 0 ? below : half));
    }
    const T exponent = target.terms_below(t.data(), m, y.data(), kCount);
    const T next = target.terms_below(t.data(), static_cast<T>(exponent * std::numbers::ln2), higher.data(), kCount);
    ASSERT_EQ(std::fmod(exponent, T{16}), 0) << target.target << ' ' << m;
    ASSERT_GE(exponent, m * std::numbers::log2e + 15.99) << target.target << ' ' << m;
    ASSERT_LE(exponent, m * std::numbers::log2e + 32.01) << target.target << ' ' << m;
    ASSERT_GT(next, exponent) << target.target << ' ' << m;
    const long double factor = std::ldexp(target.factor, static_cast<int>(-exponent));
    Seen<T> seen;
    for (std::size_t i = 0; i < kCount; ++i) {
      ASSERT_EQ(higher[i], std::ldexp(y[i], static_cast<int>(exponent - next))) << target.target << ' ' << t[i];
      Judge(t[i], y[i], factor * std::exp(static_cast<long double>(t[i])), &seen);
    }
    ASSERT_LE(seen.error, (std::is_same_v<T, float> ? kExpErrorF32 : kExpErrorF64)) << target.target << ' ' << seen.where;
  }
  // Never below the least one.
  EXPECT_EQ(target.terms_below(t.data(), -std::numeric_limits<T>::infinity(), y.data(), kCount),
            target.terms_below(t.data(), std::numeric_limits<T>::lowest(), y.data(), kCount));
}
TEST(TermsTest, CeilingsShareTerms) {
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF32)(); })) {
    TryCeilings(target, -230.0f, 230.0f);
  }
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF64)(); })) {
    TryCeilings(target, -1500.0, 1500.0);
  }
}

template <typename T>
void TrySpecial(const TargetTerms<T>& target) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  const T m = 3;
  std::vector<T> t(64, T{0}), y(64);
  t[1] = -kInfinity;
  t[2] = std::numeric_limits<T>::lowest();
  t[3] = kNan;
  t[4] = -kNan;
  t[5] = std::nextafter(m - target.far, -kInfinity);
  t[6] = std::numeric_limits<T>::epsilon() / 8;
  t[7] = -std::numeric_limits<T>::epsilon() / 8;
  t[8] = std::numeric_limits<T>::denorm_min();
  target.terms(t.data(), m, y.data(), t.size());
  for (const std::size_t i : {1, 2, 5}) EXPECT_EQ(y[i], 0) << target.target << ' ' << i;
  for (const std::size_t i : {3, 4}) EXPECT_TRUE(std::isnan(y[i])) << target.target << ' ' << i;
  for (const std::size_t i : {6, 7, 8}) EXPECT_EQ(y[i], y[0]) << target.target << ' ' << i;
  target.terms(t.data(), kNan, y.data(), t.size());
  for (const T term : y) EXPECT_TRUE(std::isnan(term)) << target.target;
}
TEST(TermsTest, Special) {
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF32)(); })) TrySpecial(target);
  for (const auto& target : EveryTarget([] { return HWY_DYNAMIC_DISPATCH(GetTermsF64)(); })) TrySpecial(target);
}

}  // namespace
}  // namespace softmax_verify
#endif  // HWY_ONCE
