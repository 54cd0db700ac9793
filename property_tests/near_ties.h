// Rows of softmax whose results lie next to a midpoint of two values of the format: what decides whether a kernel
// rounds correctly. How near they come: docs/error_bounds.md, "Near ties".
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_

#include <vector>

#include "softmax_verify/row.h"
#include "verify/random.h"

namespace softmax_verify {

// +-{1 + d, 1}, d = j 2^(1-p) for the first odd j: one result is 1/2 + d/4 - d^3/48 .., next to 1/2 + j 2^-(p+1).
std::vector<Row> PairsNextToTies(Format format);
// n = 2^k logits, all equal but one, which is larger by an odd multiple d of 2^(k-p) (its result is next to a tie) or
// of 2^(k-1-p) (the others are): 1/n (1 + d (n-1)/n + ..) and 1/n (1 - d/n + ..).
std::vector<Row> PowersNextToTies(Format format);
// {0, x_1}, {0, x_1, x_2}, .. up to eight logits, each row nearer to a tie than the one before, by nearly p bits: 1/y_0
// is 1 + the sum of e^(x_j), and every x_j is the largest logit of which the exponential fits into what is missing.
std::vector<Row> LadderToTie(Format format, Random& random);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_NEAR_TIES_H_
