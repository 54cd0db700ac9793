// The distances of a row's logits to their maximum as integers, for operations that are algebraic in them.
#ifndef SOFTMAX_VERIFY_REFERENCE_DISTANCES_H_
#define SOFTMAX_VERIFY_REFERENCE_DISTANCES_H_

#include <vector>

#include "reference/interval.h"

namespace softmax_verify::reference {

// d_g = (max z - z_g) * factor = of_group[g] / one, exactly, for the groups of a row that have d_g < 1: the others lie
// outside the support of every sparse map, whose threshold is at most 1 below the maximum.
struct Distances {
  Integer one;
  std::vector<Integer> of_group;  // ascending, from 0 on
};
Distances DistancesOf(const Logits& logits, const Parameters& parameters, double factor);

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_DISTANCES_H_
