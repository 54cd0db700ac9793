#include "property_tests/log_specimen.h"

namespace softmax_verify::corpus {

std::vector<Specimen> SV_SPECIMEN() { return BadlyRoundedLogs(Operation::logsumexp); }

}  // namespace softmax_verify::corpus
