#include "property_tests/corpus.h"

#include <stdexcept>
#include <string_view>
#include <utility>

namespace softmax_verify {
namespace corpus {

// The rows are the files of the two folders, listed by CMake; one that does not define its function fails to link.
#define SV_SPECIMEN_ROW(kind, operation, name) std::vector<Specimen> kind##_##operation##_##name();
#include "corpus/lawful.def"
#include "corpus/mutants.def"
#undef SV_SPECIMEN_ROW

namespace {

void Append(Operation operation, std::string_view file, std::vector<Specimen> specimens, std::vector<Specimen>* all) {
  for (Specimen& specimen : specimens) {
    Kernel& kernel = specimen.kernel;
    if (kernel.operation != operation) {
      throw std::logic_error(std::string(file) + ".cc lies in the folder of another operation than its own");
    }
    if (kernel.algorithm.empty()) kernel.algorithm = file;
    kernel.name = std::string(Name(kernel.operation)) + "." + kernel.algorithm + "." + std::string(Name(kernel.format));
    all->push_back(std::move(specimen));
  }
}

}  // namespace
}  // namespace corpus

#define SV_SPECIMEN_ROW(kind, operation, name) \
  corpus::Append(Operation::operation, #name, corpus::kind##_##operation##_##name(), &specimens);

const std::vector<Specimen>& Mutants() {
  static const std::vector<Specimen> all = [] {
    std::vector<Specimen> specimens;
#include "corpus/mutants.def"
    return specimens;
  }();
  return all;
}

const std::vector<Specimen>& LawfulKernels() {
  static const std::vector<Specimen> all = [] {
    std::vector<Specimen> specimens;
#include "corpus/lawful.def"
    return specimens;
  }();
  return all;
}

#undef SV_SPECIMEN_ROW

}  // namespace softmax_verify
