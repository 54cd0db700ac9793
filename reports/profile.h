// Classes of results for profiles (record.h): how far their logits lie below the largest, and how large they are.
#ifndef SOFTMAX_VERIFY_REPORTS_PROFILE_H_
#define SOFTMAX_VERIFY_REPORTS_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reports/record.h"
#include "verify/case.h"

namespace softmax_verify {

// Of every result of a row the number of its class, kNoBin where it has none.
inline constexpr std::uint8_t kNoBin = 255;

// By d = max z - z_i, z the scaled logits that are kept: below 2^-3; then every octave up to 2^10 and more. No class
// where results do not belong to one logit each, and for entries that are hidden.
inline constexpr std::size_t kDistanceBins = 15;
std::vector<std::uint8_t> DistanceBins(const Case& row);
double DistanceEdge(std::size_t bin);  // the lower one

// By e = floor(log2 |exact|): 0; then intervals of e that double in width on both sides of 1: ..., [-7, -4], [-3, -2],
// -1, 0, 1, [2, 3], [4, 7], ... and at last all below -2047 and from 1024 on. No class for infinities and NaN.
inline constexpr std::size_t kMagnitudeBins = 25;
std::vector<std::uint8_t> MagnitudeBins(const Case& row);
double MagnitudeEdge(std::size_t bin);  // the lowest e, were there no last class; -inf for 0

// The bins with results, by ascending edge.
void Compact(double (*edge)(std::size_t), std::vector<ErrorBin>* bins);
// Adds the later results of the same class. Of two equal errors the earlier one stays.
void Merge(const ErrorBin& later, ErrorBin* bin);
// Adds what comes later of the same kernel, target and family.
void Merge(const Profile& later, Profile* profile);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_PROFILE_H_
