// What a share observed in a sample says of the true one. docs/comparing_reports.md has the proofs.
#ifndef SOFTMAX_VERIFY_REPORTS_SAMPLING_H_
#define SOFTMAX_VERIFY_REPORTS_SAMPLING_H_

#include <cstdint>

namespace softmax_verify {

// A closed interval within [0, 1].
struct Interval {
  double low = 0, high = 1;

  bool IsBelow(const Interval& other) const { return high < other.low; }
  bool Overlaps(const Interval& other) const { return !IsBelow(other) && !other.IsBelow(*this); }
};

// Misses the true probability in at most the share `miss` of all samples: the interval of Clopper and Pearson, having
// seen `hits` in `trials` independent trials.
Interval RateInterval(std::uint64_t hits, std::uint64_t trials, double miss);

// Misses the true mean in at most the share `miss` of all samples: the mean of `count` independent values in [0, 1] of
// one distribution, whatever it is, by Hoeffding's inequality in its sharp form. The observed mean lies between `low`
// and `high`.
Interval MeanInterval(double low, double high, std::uint64_t count, double miss);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_SAMPLING_H_
