// Rows whose results lie next to a midpoint of two values of the format: what decides whether a kernel rounds
// correctly. How near they come: docs/error_bounds.md, "Near ties".
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_

#include <vector>

#include "reference/reference.h"
#include "softmax_verify/row.h"
#include "verify/random.h"

namespace softmax_verify {

// Of softmax: +-{1 + d, 1}, d = j 2^(1-p) for the first odd j: one result is 1/2 + d/4 - d^3/48 .., next to
// 1/2 + j 2^-(p+1).
std::vector<Row> PairsNextToTies(Format format);
// Of softmax: n = 2^k logits, all equal but one, which is larger by an odd multiple d of 2^(k-p) (its result is next to
// a tie) or of 2^(k-1-p) (the others are): 1/n (1 + d (n-1)/n + ..) and 1/n (1 - d/n + ..).
std::vector<Row> PowersNextToTies(Format format);
// Logits in the place of those of `like`, a row of softmax, log_softmax or logsumexp that is not scaled: two to eight,
// and more where those do not come within 2^-64 or so. Each row is nearer to a tie than the one before, by nearly p
// bits: the result is 1 / s, or a number and ln s or -ln s, s the sum of the e^(x_j - x_0), and every x_j is the
// largest logit of which the exponential fits into what is missing.
std::vector<Row> LadderToTie(const Row& like, Random& random);

// How far a result lies from the nearest midpoint, in units in its last place.
double FromMidpoint(const reference::Enclosure& exact, Format format);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_
