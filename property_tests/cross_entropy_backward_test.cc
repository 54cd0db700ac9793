// cross_entropy_backward on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include "property_tests/operation_test.h"
#include "property_tests/trial.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(cross_entropy_backward, 200);

}  // namespace
}  // namespace softmax_verify
