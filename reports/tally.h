// The running statistics of one cell.
#ifndef SOFTMAX_VERIFY_REPORTS_TALLY_H_
#define SOFTMAX_VERIFY_REPORTS_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "reports/record.h"
#include "verify/bounds.h"
#include "verify/case.h"

namespace softmax_verify {

// What every kernel's result of one row is compared with, computed once.
struct Yardstick {
  Yardstick(Row row, std::uint64_t sample);

  Case reference;
  std::uint64_t sample;
  std::vector<Format> formats;  // of the results
  // Where in the results those of one row of n logits begin that are a distribution: y, exactly in [0, 1], adding up
  // to 1.
  std::vector<std::size_t> distributions;
  std::size_t n;
  std::vector<std::size_t> by_size;  // positions in ascending order of their logits; empty where order means nothing
  std::vector<std::uint8_t> distance, magnitude;  // the classes of the results (profile.h)

  // What a witness says of the row; made at the first call. Not for concurrent first calls.
  const std::string& Text() const;
  bool IsWhole() const;  // whether the text has all of it

 private:
  mutable std::string text_;
};

// Counts of errors by size: 128 bins a binade from 2^-10 to 2^30 ulp, smaller and larger ones in the outermost bins.
class Histogram {
 public:
  void Add(double error);
  void Merge(const Histogram& other);
  // The upper edge of the bin that holds the smallest error not exceeded by the share q of all.
  double Quantile(double q) const;
  // floor(log2 error) of every octave with errors and how many it has: -inf below 2^-10, 30 for all from 2^30 on.
  std::vector<std::pair<double, std::uint64_t>> Octaves() const;

 private:
  std::vector<std::uint64_t> bins_;  // empty or complete
  std::uint64_t count_ = 0;
};

class Tally {
 public:
  // Runs the kernel on the row and counts what came out.
  void Add(const Kernel& kernel, const Yardstick& row);
  // Adds the counts of rows that come after all of this tally's.
  void Merge(const Tally& later);
  // Fills in everything but the names.
  void Finish(Cell* cell) const;
  void Finish(Profile* profile) const;

 private:
  // The result seen so far with the largest `value`, and what is to be said of it.
  struct Extreme {
    double value = -1;
    Witness witness;
    std::string note;
  };
  // Whether the row stays within what is proved; adds its results to the statistics.
  bool AddElements(const Yardstick& row, const std::vector<double>& y, const RowBound& bound);
  // The same of its sums.
  bool AddSums(const Yardstick& row, const std::vector<double>& y, const RowBound& bound);
  // Adds the errors in ulp to the bins of their classes.
  void AddClasses(const Yardstick& row, const std::vector<double>& y, const RowBound& bound,
                  const std::vector<double>& errors, const std::vector<std::uint8_t>& classes,
                  std::vector<ErrorBin>* bins) const;
  void AddOrder(const Yardstick& row, const std::vector<double>& y);

  std::uint64_t rows_ = 0, failed_rows_ = 0, unclaimed_rows_ = 0;
  std::uint64_t count_ = 0, zeros_ = 0, informative_ = 0, correct_ = 0, faithful_ = 0, inversions_ = 0;
  Histogram histogram_;
  double error_sum_ = 0, signed_sum_ = 0, square_sum_ = 0;
  double sum_deviation_ = std::numeric_limits<double>::quiet_NaN();
  double sum_bound_ = 0, bound_ = 0, bound_ratio_ = 0;
  Extreme largest_;   // by error in ulp
  Extreme farthest_;  // by excess over what is proved
  std::vector<ErrorBin> distance_, magnitude_;  // one for each class, or none before the first row
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_TALLY_H_
