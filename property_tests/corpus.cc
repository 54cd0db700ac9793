#include "property_tests/corpus.h"

#include <string_view>
#include <utility>

namespace softmax_verify {
namespace corpus {

// The rows are the files of the two folders, listed by CMake; a specimen that does not define its function fails to
// link.
#define SV_SPECIMEN_ROW(kind, name) std::vector<Specimen> kind##_##name();
#include "corpus/lawful.def"
#include "corpus/mutants.def"
#undef SV_SPECIMEN_ROW

namespace {

void Append(std::string_view name, std::vector<Specimen> specimens, std::vector<Specimen>* all) {
  for (Specimen& specimen : specimens) {
    Kernel& kernel = specimen.kernel;
    kernel.algorithm = name;
    kernel.name = std::string(Name(kernel.operation)) + "." + kernel.algorithm + "." + std::string(Name(kernel.format));
    all->push_back(std::move(specimen));
  }
}

}  // namespace
}  // namespace corpus

const std::vector<Specimen>& Mutants() {
  static const std::vector<Specimen> all = [] {
    std::vector<Specimen> specimens;
#define SV_SPECIMEN_ROW(kind, name) corpus::Append(#name, corpus::kind##_##name(), &specimens);
#include "corpus/mutants.def"
#undef SV_SPECIMEN_ROW
    return specimens;
  }();
  return all;
}

const std::vector<Specimen>& LawfulKernels() {
  static const std::vector<Specimen> all = [] {
    std::vector<Specimen> specimens;
#define SV_SPECIMEN_ROW(kind, name) corpus::Append(#name, corpus::kind##_##name(), &specimens);
#include "corpus/lawful.def"
#undef SV_SPECIMEN_ROW
    return specimens;
  }();
  return all;
}

}  // namespace softmax_verify
