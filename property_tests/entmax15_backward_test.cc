// entmax15_backward on every target: the laws. What is promised beyond them is tested with sparsemax_backward.
#include "property_tests/operation_test.h"

namespace softmax_verify {

SV_TEST_OPERATION(entmax15_backward, 200);

}  // namespace softmax_verify
