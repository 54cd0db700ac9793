// The logarithms of kernels/log-inl.h on every target: in f32 over all floats, in f64 over a dense sample.
//
// The yardstick is the C library's log and log1p in double for f32 and logl and log1pl for f64: their relative errors,
// below 2^-52 and 2^-62, are 2^-28 and 2^-9 of the units measured here, and are added to what is measured.
#include "kernels/log.h"

#include <gtest/gtest.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "verify/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "property_tests/log_test.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

// n is a multiple of every vector length.
template <typename T>
void LogArray(const T* x, T* y, size_t n) {
  const hn::ScalableTag<T> d;
  for (size_t i = 0; i < n; i += hn::Lanes(d)) hn::StoreU(Log(d, hn::LoadU(d, x + i)), d, y + i);
}
template <typename T>
void Log1pArray(const T* t, T* y, size_t n) {
  const hn::ScalableTag<T> d;
  for (size_t i = 0; i < n; i += hn::Lanes(d)) hn::StoreU(Log1p(d, hn::LoadU(d, t + i)), d, y + i);
}

}  // namespace

using ArrayF32 = void (*)(const float*, float*, size_t);
using ArrayF64 = void (*)(const double*, double*, size_t);
ArrayF32 GetLogF32() { return &LogArray<float>; }
ArrayF64 GetLogF64() { return &LogArray<double>; }
ArrayF32 GetLog1pF32() { return &Log1pArray<float>; }
ArrayF64 GetLog1pF64() { return &Log1pArray<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
namespace {

HWY_EXPORT(GetLogF32);
HWY_EXPORT(GetLogF64);
HWY_EXPORT(GetLog1pF32);
HWY_EXPORT(GetLog1pF64);

template <typename T>
struct TargetFunction {
  std::string target;
  void (*apply)(const T*, T*, size_t);
};

// One function a target, best target first.
template <typename T, typename Get>
std::vector<TargetFunction<T>> EveryTarget(Get get) {
  std::vector<TargetFunction<T>> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back({hwy::TargetName(bits & -bits), get()});
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

// ln(x) and ln(1 + t) in more precision, of an argument that is finite and positive.
template <typename Wide>
Wide WideLog(Wide x) { return std::log(x); }
template <typename Wide>
Wide WideLog1p(Wide t) { return std::log1p(t); }

// What the function returns where there is nothing to round.
template <typename T>
T LogAtSpecial(T x) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  return x == 0 ? -kInfinity : x == kInfinity ? kInfinity : std::numeric_limits<T>::quiet_NaN();
}
template <typename T>
T Log1pAtSpecial(T t) { return t; }  // 0, +inf, NaN; the negative are out of its domain

// What was seen of one target.
template <typename T>
struct Seen {
  double error = 0;  // largest |result / exact - 1| in u
  T where = 0;
  std::uint64_t wrong = 0;       // special arguments, and results not 0 where the exact one is
  std::uint64_t inversions = 0;  // between neighbouring arguments

  void Merge(const Seen& other) {
    if (other.error > error) {
      error = other.error;
      where = other.where;
    }
    wrong += other.wrong;
    inversions += other.inversions;
  }
};

template <typename T>
bool FiniteAndPositive(T x) { return x > 0 && x < std::numeric_limits<T>::infinity(); }

// Judges got against the wider `exact`, or against `special` where x is not finite and positive.
template <typename T, typename Wide>
void Judge(T x, T got, Wide exact, T special, Seen<T>* seen) {
  constexpr Wide kUnit = std::numeric_limits<T>::epsilon() / 2;
  if (!FiniteAndPositive(x)) {
    seen->wrong += std::isnan(special) ? !std::isnan(got) : got != special;
  } else if (exact == 0) {
    seen->wrong += got != 0 || std::signbit(got);
  } else if (!(std::abs(got - exact) <= seen->error * kUnit * std::abs(exact))) {  // a NaN comes here as well
    const double error = static_cast<double>(std::abs((got - exact) / exact) / kUnit);
    seen->error = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
    seen->where = x;
  }
}

// Over all floats from +0 on to `end` in the order of their bits, on every target.
template <typename Exact, typename Special>
void JudgeEveryFloat(const char* name, const std::vector<TargetFunction<float>>& targets, std::uint64_t end,
                     double bound, Exact exact_of, Special special_of) {
  using All = std::vector<Seen<float>>;
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kOverlap = 64;  // each chunk begins with the end of the one before: every neighbour is compared
  const All total = tbb::parallel_reduce(
      tbb::blocked_range<std::uint64_t>(0, end / kChunk, 64), All(targets.size()),
      [&](const tbb::blocked_range<std::uint64_t>& range, All seen) {
        std::vector<float> x(kOverlap + kChunk);
        std::vector<std::vector<float>> y(targets.size(), x);
        std::vector<double> exact(kOverlap + kChunk);
        All chunk_seen(targets.size());
        for (std::uint64_t chunk = range.begin(); chunk < range.end(); ++chunk) {
          for (std::size_t i = 0; i < x.size(); ++i) {
            const std::uint64_t bits = chunk * kChunk + i;
            x[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits < kOverlap ? 0 : bits - kOverlap));
            exact[i] = FiniteAndPositive(x[i]) ? exact_of(static_cast<double>(x[i])) : 0;
          }
          for (std::size_t k = 0; k < targets.size(); ++k) {
            targets[k].apply(x.data(), y[k].data(), y[k].size());
            // Targets that agree in every bit are judged once.
            std::size_t twin = 0;
            while (std::memcmp(y[twin].data(), y[k].data(), y[k].size() * sizeof(float)) != 0) ++twin;
            if (twin == k) {
              chunk_seen[k] = {};
              for (std::size_t i = kOverlap; i < x.size(); ++i) {
                Judge(x[i], y[k][i], exact[i], special_of(x[i]), &chunk_seen[k]);
                chunk_seen[k].inversions += x[i] > 0 && y[k][i - 1] > y[k][i];
              }
            }
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
    std::printf("%s f32 %-7s max relative error %.4f u at %a, %llu inversions\n", name, targets[k].target.c_str(),
                seen.error, seen.where, static_cast<unsigned long long>(seen.inversions));
    EXPECT_LE(seen.error + 0x1p-28, bound) << targets[k].target;
    EXPECT_EQ(seen.inversions, 0u) << targets[k].target << ": docs/error_bounds.md says that there is none";
    EXPECT_EQ(seen.wrong, 0u) << targets[k].target;
  }
}

TEST(LogTest, EveryFloatOnEveryTarget) {
  JudgeEveryFloat("log", EveryTarget<float>([] { return HWY_DYNAMIC_DISPATCH(GetLogF32)(); }), std::uint64_t{1} << 32,
                  kLogErrorF32, WideLog<double>, LogAtSpecial<float>);
}

TEST(Log1pTest, EveryFloatWithoutSignOnEveryTarget) {
  JudgeEveryFloat("log1p", EveryTarget<float>([] { return HWY_DYNAMIC_DISPATCH(GetLog1pF32)(); }),
                  std::uint64_t{1} << 31, kLog1pErrorF32, WideLog1p<double>, Log1pAtSpecial<float>);
}

// Positive doubles of every size, and many where the error is largest. The function vanishes at `root`: 1 or 0.
double Sample(Random* random, double root) {
  switch (random->Below(8)) {
    // Of any exponent.
    case 0: return std::abs(std::bit_cast<double>(random->Bits()));
    // Next to the root.
    case 1: return root + std::exp(random->Uniform(-38, -1));
    case 2: return random->Uniform(0.5, 2);
    // Where ln has just left a power of two, and a rounding of half an ulp is relatively largest.
    case 3: return root - 1 + std::exp(std::ldexp(1 + 0.01 * random->Unit(), -static_cast<int>(random->Below(8))));
    // Around the ends of the reduced range.
    case 4: return root - 1 + std::ldexp(0.7071067811865476 * (1 + 1e-2 * random->Normal()),
                                        static_cast<int>(random->Below(4)));
    // Where 1 + t rounds most.
    case 5: return std::ldexp(1 + random->Unit(), -static_cast<int>(50 + random->Below(5)));
    // Of size 1 and less for both.
    case 6: return std::exp(random->Uniform(-40, 1));
    default: return std::exp(random->Uniform(-745, 709));
  }
}

template <typename Exact, typename Special>
void JudgeSample(const char* name, const std::vector<TargetFunction<double>>& targets, double root, double bound,
                 Exact exact_of, Special special_of) {
  constexpr std::size_t kChunk = 4096;
  constexpr std::size_t kChunks = 1000;
  std::vector<Seen<double>> seen(targets.size());
  std::vector<double> x(kChunk), y(kChunk);
  std::vector<long double> exact(kChunk);
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    Random random(1, chunk);
    for (double& value : x) value = std::abs(Sample(&random, root));
    x[0] = 0.0;
    x[1] = 1.0;
    x[2] = std::numeric_limits<double>::infinity();
    x[3] = std::numeric_limits<double>::quiet_NaN();
    x[4] = std::numeric_limits<double>::max();
    x[5] = std::numeric_limits<double>::min();
    x[6] = std::numeric_limits<double>::denorm_min();
    x[7] = std::nextafter(x[5], 0);
    x[8] = root == 1 ? -x[8] : x[8];  // Log only: a negative argument is out of the domain of Log1p
    x[9] = root == 1 ? -x[2] : x[2];
    for (std::size_t i = 0; i < kChunk; ++i) {
      exact[i] = FiniteAndPositive(x[i]) ? exact_of(static_cast<long double>(x[i])) : 0;
    }
    for (std::size_t k = 0; k < targets.size(); ++k) {
      targets[k].apply(x.data(), y.data(), kChunk);
      for (std::size_t i = 0; i < kChunk; ++i) Judge(x[i], y[i], exact[i], special_of(x[i]), &seen[k]);
    }
  }
  for (std::size_t k = 0; k < targets.size(); ++k) {
    std::printf("%s f64 %-7s max relative error %.4f u at %a\n", name, targets[k].target.c_str(), seen[k].error,
                seen[k].where);
    EXPECT_LE(seen[k].error + 0x1p-9, bound) << targets[k].target;
    EXPECT_EQ(seen[k].wrong, 0u) << targets[k].target;
  }
}

TEST(LogTest, DenseSampleOfDoublesOnEveryTarget) {
  JudgeSample("log", EveryTarget<double>([] { return HWY_DYNAMIC_DISPATCH(GetLogF64)(); }), 1, kLogErrorF64,
              WideLog<long double>, LogAtSpecial<double>);
}

TEST(Log1pTest, DenseSampleOfDoublesOnEveryTarget) {
  JudgeSample("log1p", EveryTarget<double>([] { return HWY_DYNAMIC_DISPATCH(GetLog1pF64)(); }), 0, kLog1pErrorF64,
              WideLog1p<long double>, Log1pAtSpecial<double>);
}

}  // namespace
}  // namespace softmax_verify
#endif  // HWY_ONCE
