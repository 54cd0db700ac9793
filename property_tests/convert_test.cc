// Rounding to f16 and bf16 (kernels/convert-inl.h): all 2^32 floats, and back all 2^16 codes, on every target.
#include <gtest/gtest.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "softmax_verify/format.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "property_tests/convert_test.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/convert-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {

// Wrong codes where bf16's RoundClean, for its floats, is anything else. n is a multiple of every vector length.
template <Format kFormat>
void RoundArray(const float* x, uint16_t* y, size_t n) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    StoreVector<kFormat>(d, v, y + i);
    if constexpr (kFormat == Format::bf16) {
      const hn::Rebind<uint32_t, decltype(d)> du;
      const auto payload = hn::And(hn::BitCast(du, v), hn::Set(du, 0x40FFFFu));  // what a quiet NaN of bf16 has
      const auto clean = hn::Or(hn::Not(hn::RebindMask(du, hn::IsNaN(v))), hn::Eq(payload, hn::Set(du, 0x400000u)));
      const auto same = hn::Eq(Half<kFormat>::Round(d, v), Half<kFormat>::RoundClean(d, v));
      if (!hn::AllTrue(du, hn::Or(same, hn::Not(clean)))) y[i] ^= 1;
    }
  }
}
template <Format kFormat>
void WidenArray(const uint16_t* x, float* y, size_t n) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < n; i += hn::Lanes(d)) hn::StoreU(LoadVector<kFormat>(d, x + i), d, y + i);
}

}  // namespace

using RoundFunction = void (*)(const float*, uint16_t*, size_t);
using WidenFunction = void (*)(const uint16_t*, float*, size_t);
RoundFunction GetRound(Format format) {
  return format == Format::f16 ? &RoundArray<Format::f16> : &RoundArray<Format::bf16>;
}
WidenFunction GetWiden(Format format) {
  return format == Format::f16 ? &WidenArray<Format::f16> : &WidenArray<Format::bf16>;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
namespace {

HWY_EXPORT(GetRound);
HWY_EXPORT(GetWiden);

class ConvertTest : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(Formats, ConvertTest, testing::Values(Format::f16, Format::bf16),
                         [](const auto& info) { return std::string(Name(info.param)); });

struct TargetConversion {
  std::string target;
  void (*round)(const float*, uint16_t*, size_t);
  void (*widen)(const uint16_t*, float*, size_t);
};
std::vector<TargetConversion> EveryTarget(Format format) {
  std::vector<TargetConversion> all;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {
    hwy::SetSupportedTargetsForTest(bits & -bits);
    all.push_back({hwy::TargetName(bits & -bits), HWY_DYNAMIC_DISPATCH(GetRound)(format),
                   HWY_DYNAMIC_DISPATCH(GetWiden)(format)});
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

// first[c]: the bits of the smallest positive float that rounds to the code c or beyond, from exact midpoints.
std::vector<std::uint32_t> FirstFloats(Format format) {
  const std::uint64_t infinity = Encode(format, std::numeric_limits<double>::infinity());
  std::vector<std::uint32_t> first(infinity + 1, 0);
  for (std::uint64_t code = 1; code <= infinity; ++code) {
    const double below = Decode(format, code - 1);
    const double above = code == infinity ? 2 * std::ldexp(1.0, Info(format).emax) : Decode(format, code);
    const double midpoint = below / 2 + above / 2;  // has at most one bit more than the format: a float
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(midpoint));
    EXPECT_EQ(static_cast<double>(static_cast<float>(midpoint)), midpoint);
    first[code] = code % 2 == 0 ? bits : bits + 1;  // a tie goes to the even code
  }
  return first;
}

TEST_P(ConvertTest, EveryFloatRoundsToNearestEven) {
  const Format format = GetParam();
  const auto targets = EveryTarget(format);
  const auto first = FirstFloats(format);
  const std::uint64_t infinity = first.size() - 1;
  const int fraction_bits = Info(format).p - 1;
  constexpr std::size_t kChunk = 65536;
  const std::uint64_t wrong = tbb::parallel_reduce(
      tbb::blocked_range<std::uint64_t>(0, (std::uint64_t{1} << 32) / kChunk), std::uint64_t{0},
      [&](const tbb::blocked_range<std::uint64_t>& range, std::uint64_t count) {
        std::vector<float> x(kChunk);
        std::vector<std::uint16_t> expected(kChunk), y(kChunk);
        for (std::uint64_t chunk = range.begin(); chunk < range.end(); ++chunk) {
          const auto begin = static_cast<std::uint32_t>(chunk * kChunk);
          const std::uint32_t magnitude = begin & 0x7FFFFFFFu;
          const auto sign = static_cast<std::uint16_t>(begin >> 31 << 15);
          std::uint64_t code = std::upper_bound(first.begin(), first.end(), magnitude) - first.begin() - 1;
          for (std::uint32_t i = 0; i < kChunk; ++i) {
            x[i] = std::bit_cast<float>(begin + i);
            while (code < infinity && magnitude + i >= first[code + 1]) ++code;
            std::uint64_t want = code;
            if (std::isnan(x[i])) {
              const std::uint64_t payload = (magnitude + i) >> (23 - fraction_bits) & ((1u << fraction_bits) - 1);
              want = infinity | payload | 1u << (fraction_bits - 1);
            }
            expected[i] = static_cast<std::uint16_t>(sign | want);
          }
          for (const TargetConversion& target : targets) {
            target.round(x.data(), y.data(), kChunk);
            for (std::size_t i = 0; i < kChunk; ++i) count += y[i] != expected[i];
          }
        }
        return count;
      },
      std::plus<>());
  EXPECT_EQ(wrong, 0u);
}

TEST_P(ConvertTest, EveryCodeWidensExactly) {
  std::vector<std::uint16_t> x(65536);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint16_t>(i);
  std::vector<float> y(x.size());
  for (const TargetConversion& target : EveryTarget(GetParam())) {
    target.widen(x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = Decode(GetParam(), x[i]);
      if (std::isnan(exact)) {
        ASSERT_TRUE(std::isnan(y[i])) << target.target << " code " << i;
      } else {
        ASSERT_EQ(std::bit_cast<std::uint64_t>(exact), std::bit_cast<std::uint64_t>(static_cast<double>(y[i])))
            << target.target << " code " << i;
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
#endif  // HWY_ONCE
