// The exponential of kernels/exp-inl.h on every target: in f32 over all 2^32 floats, in f64 over a dense sample.
//
// The yardstick is the C library's exp in double for f32 and expl for f64: their error, below 2^-52 and 2^-63, is below
// 2^-28 and 2^-10 of the units measured here, and is added to what is measured.
#include "kernels/exp.h"

#include <gtest/gtest.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "verify/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "property_tests/exp_test.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

// Exp of every t, and +inf where ExpsOfShifted, for its t, is anything else. n is a multiple of four of any vector.
template <typename T>
void ExpArray(const T* t, T* y, size_t n) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < n; i += 4 * lanes) {
    hn::Vec<decltype(d)> shifted[4];
    for (size_t j = 0; j < 4; ++j) shifted[j] = hn::LoadU(d, t + i + j * lanes);
    ExpsOfShifted<4>(d, shifted);
    for (size_t j = 0; j < 4; ++j) {
      const auto v = hn::LoadU(d, t + i + j * lanes);
      const auto e = Exp(d, v);
      const auto both_nan = hn::And(hn::IsNaN(e), hn::IsNaN(shifted[j]));
      const auto same = hn::Or(hn::Or(hn::Eq(e, shifted[j]), both_nan), hn::Gt(v, hn::Zero(d)));
      const auto infinity = hn::Set(d, std::numeric_limits<T>::infinity());
      hn::StoreU(hn::IfThenElse(same, e, infinity), d, y + i + j * lanes);
    }
  }
}

}  // namespace

using ExpF32 = void (*)(const float*, float*, size_t);
using ExpF64 = void (*)(const double*, double*, size_t);
ExpF32 GetExpF32() { return &ExpArray<float>; }
ExpF64 GetExpF64() { return &ExpArray<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
namespace {

HWY_EXPORT(GetExpF32);
HWY_EXPORT(GetExpF64);

template <typename T>
struct TargetExp {
  std::string target;
  void (*exp)(const T*, T*, size_t);
};

// One function a target, best target first.
template <typename T, typename Get>
std::vector<TargetExp<T>> EveryTarget(Get get) {
  std::vector<TargetExp<T>> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back({hwy::TargetName(bits & -bits), get()});
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

// What was seen of one target.
template <typename T>
struct Seen {
  double error = 0;      // largest |ln(result / e^t)| in u where e^t is normal
  T where = 0;
  double subnormal = 0;  // largest |result - e^t| in units of eta below the normal range
  std::uint64_t wrong = 0;       // NaN lost, not 0 at -inf, not 1 at 0, above 1 below 0, not +inf after overflow
  std::uint64_t inversions = 0;  // between neighbouring t
  double deepest = 0;            // of them, as |ln| in u

  void Merge(const Seen& other) {
    if (other.error > error) {
      error = other.error;
      where = other.where;
    }
    subnormal = std::max(subnormal, other.subnormal);
    wrong += other.wrong;
    inversions += other.inversions;
    deepest = std::max(deepest, other.deepest);
  }
};

// Judges exp(t) = got against the wider `exact`.
template <typename T, typename Wide>
void Judge(T t, T got, Wide exact, Seen<T>* seen) {
  constexpr Wide kLambda = std::numeric_limits<T>::min();
  constexpr Wide kEta = std::numeric_limits<T>::denorm_min();
  constexpr Wide kUnit = std::numeric_limits<T>::epsilon() / 2;
  constexpr Wide kOmega = std::numeric_limits<T>::max();
  if (std::isnan(t)) {
    seen->wrong += !std::isnan(got);
  } else if (t == 0 ? got != 1 : t < 0 && !(got <= 1)) {
    ++seen->wrong;
  } else if (exact > kOmega * (1 + kUnit)) {
    seen->wrong += got != std::numeric_limits<T>::infinity();
  } else if (exact < kLambda) {
    seen->subnormal = std::max(seen->subnormal, static_cast<double>(std::abs(got - exact) / kEta));
  } else if (!std::isinf(got)) {
    const Wide relative = std::abs(got - exact) / exact;
    // |ln(1 + x)| <= |x| (1 + |x|) for |x| < 1 / 2: the logarithm is taken of candidates only.
    if (!(relative * (1 + relative) <= seen->error * kUnit)) {
      const double error = static_cast<double>(std::abs(std::log1p((got - exact) / exact)) / kUnit);
      if (!(error <= seen->error)) {
        seen->error = error;
        seen->where = t;
      }
    }
  } else {
    seen->wrong += exact < kOmega;
  }
}

// Neighbouring floats t, of which the first `skip` are there as neighbours only.
Seen<float> JudgeChunk(const std::vector<float>& t, const std::vector<float>& y, const std::vector<double>& exact,
                       std::size_t skip) {
  Seen<float> seen;
  for (std::size_t i = skip; i < t.size(); ++i) {
    Judge(t[i], y[i], exact[i], &seen);
    if (std::isnan(t[i]) || std::signbit(t[i]) != std::signbit(t[i - 1])) continue;
    // Bits grow with |t|: the larger of two neighbours is the later one above 0, the earlier one below.
    const float low = t[i] > 0 ? y[i - 1] : y[i];
    const float high = t[i] > 0 ? y[i] : y[i - 1];
    if (low > high) {
      ++seen.inversions;
      if (high >= std::numeric_limits<float>::min()) {
        seen.deepest = std::max(seen.deepest, std::log(double{low} / double{high}) * 0x1p24);
      }
    }
  }
  return seen;
}

TEST(ExpTest, EveryFloatOnEveryTarget) {
  const auto targets = EveryTarget<float>([] { return HWY_DYNAMIC_DISPATCH(GetExpF32)(); });
  using All = std::vector<Seen<float>>;
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kOverlap = 64;  // each chunk begins with the end of the one before: every neighbour is compared
  const All total = tbb::parallel_reduce(
      tbb::blocked_range<std::uint64_t>(0, (std::uint64_t{1} << 32) / kChunk, 64), All(targets.size()),
      [&](const tbb::blocked_range<std::uint64_t>& range, All seen) {
        std::vector<float> t(kOverlap + kChunk);
        std::vector<std::vector<float>> y(targets.size(), t);
        std::vector<double> exact(kOverlap + kChunk);
        All chunk_seen(targets.size());
        for (std::uint64_t chunk = range.begin(); chunk < range.end(); ++chunk) {
          for (std::size_t i = 0; i < t.size(); ++i) {
            t[i] = std::bit_cast<float>(static_cast<std::uint32_t>(chunk * kChunk + i - kOverlap));
            exact[i] = std::exp(static_cast<double>(t[i]));
          }
          for (std::size_t k = 0; k < targets.size(); ++k) {
            targets[k].exp(t.data(), y[k].data(), y[k].size());
            // Targets that agree in every bit are judged once.
            std::size_t twin = 0;
            while (std::memcmp(y[twin].data(), y[k].data(), y[k].size() * sizeof(float)) != 0) ++twin;
            if (twin == k) chunk_seen[k] = JudgeChunk(t, y[k], exact, kOverlap);
            seen[k].Merge(chunk_seen[twin]);
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
    std::printf("exp f32 %-7s max |ln error| %.4f u at %a, subnormal %.4f eta, %llu inversions, the deepest %.3f u\n",
                targets[k].target.c_str(), seen.error, seen.where, seen.subnormal,
                static_cast<unsigned long long>(seen.inversions), seen.deepest);
    EXPECT_LE(seen.error + 0x1p-28, kExpErrorF32) << targets[k].target;
    EXPECT_EQ(seen.inversions, 0u) << targets[k].target << ": Claim::exp_monotone says that there is none";
    EXPECT_LE(seen.subnormal + 0x1p-28, 2.0) << targets[k].target;
    EXPECT_EQ(seen.wrong, 0u) << targets[k].target;
  }
}

TEST(ExpTest, DenseSampleOfDoublesOnEveryTarget) {
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kChunks = 1000;
  for (const auto& target : EveryTarget<double>([] { return HWY_DYNAMIC_DISPATCH(GetExpF64)(); })) {
    Seen<double> seen;
    std::vector<double> t(kChunk), y(kChunk);
    for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
      Random random(1, chunk);
      for (double& value : t) {
        switch (random.Below(6)) {
          case 0: value = random.Uniform(-746, 0); break;
          case 1: value = random.Uniform(-750, 715); break;
          case 2: value = -std::exp(random.Uniform(-40, 7)); break;
          // Around the ends of the reduced range, where the error of the polynomial is largest.
          case 3: value = (std::floor(random.Uniform(-1070, 1020)) + 0.5) * 0.6931471805599453 + random.Normal() * 1e-3;
            break;
          case 4: value = -random.Uniform(708, 746); break;
          default: value = std::bit_cast<double>(random.Bits()); break;
        }
      }
      t[0] = 0.0;
      t[1] = -0.0;
      t[2] = -std::numeric_limits<double>::infinity();
      t[3] = std::numeric_limits<double>::infinity();
      t[4] = std::numeric_limits<double>::quiet_NaN();
      t[5] = std::numeric_limits<double>::lowest();
      target.exp(t.data(), y.data(), kChunk);
      for (std::size_t i = 0; i < kChunk; ++i) Judge(t[i], y[i], std::exp(static_cast<long double>(t[i])), &seen);
    }
    std::printf("exp f64 %-7s max |ln error| %.4f u at %a, subnormal %.4f eta\n", target.target.c_str(), seen.error,
                seen.where, seen.subnormal);
    EXPECT_LE(seen.error + 0x1p-9, kExpErrorF64) << target.target;
    EXPECT_LE(seen.subnormal + 0x1p-9, 2.0) << target.target;
    EXPECT_EQ(seen.wrong, 0u) << target.target;
  }
}

}  // namespace
}  // namespace softmax_verify
#endif  // HWY_ONCE
