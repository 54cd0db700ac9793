// Random numbers that are a pure function of (seed, stream, counter): the same on every machine, thread and shard.
#ifndef SOFTMAX_VERIFY_VERIFY_RANDOM_H_
#define SOFTMAX_VERIFY_VERIFY_RANDOM_H_

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace softmax_verify {

// SplitMix64's finaliser (Steele, Lea & Flood 2014): a bijection that mixes well.
constexpr std::uint64_t Mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
constexpr std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = Mix(hash ^ static_cast<unsigned char>(c)) + 0x9E3779B97F4A7C15u;
  return hash;
}

class Random {
 public:
  // Streams of one seed are independent: name them after what they are for.
  constexpr Random(std::uint64_t seed, std::uint64_t stream) : key_(Mix(seed + 0x9E3779B97F4A7C15u) ^ Mix(~stream)) {}

  constexpr std::uint64_t Bits() { return Mix(key_ + 0x9E3779B97F4A7C15u * ++counter_); }
  // Below `bound`, bound >= 1; the bias is bound / 2^64.
  constexpr std::uint64_t Below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{Bits()} * bound) >> 64);
  }
  constexpr bool OneIn(std::uint64_t chances) { return Below(chances) == 0; }
  // In [0, 1), multiples of 2^-53.
  constexpr double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  constexpr double Uniform(double low, double high) { return low + (high - low) * Unit(); }
  // Standard normal, by Box and Muller.
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(1 - Unit()));
    return radius * std::cos(2 * std::numbers::pi * Unit());
  }

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_RANDOM_H_
