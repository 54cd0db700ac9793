// The kernels of zoo/wild.cc and zoo/wild_on_load.cc, which misbehave in one way each, and what is to be said of them.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_ZOO_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_ZOO_H_

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verify/sandbox.h"

namespace softmax_verify {

struct Wild {
  const char* name;
  std::set<Misbehaviour> kinds;  // those, and no others
  const char* what;              // a part of what is said
  bool on_load = false;          // of zoo/wild_on_load.cc
  std::set<Misbehaviour> also = {};  // may follow from it
};

inline const std::vector<Wild>& AllWild() {
  using M = Misbehaviour;
  static const std::vector<Wild> all = {
      {"well_behaved", {}, ""},
      {"null_pointer", {M::crash}, "crashed: SIGSEGV at address 0x0, in no operand"},
      {"aborting", {M::crash}, "crashed: SIGABRT"},
      {"dividing", {M::crash}, "crashed: SIGFPE"},
      {"bottomless", {M::crash}, "crashed: SIGSEGV"},
      {"parricide", {M::crash}, "killed the process that it was started from"},
      {"endless", {M::hang}, "was still running after"},
      {"sleeping", {M::hang}, "was still running after"},
      {"leaving", {M::exit}, "ended the process with status 3"},
      {"throwing", {M::exception}, "threw an exception: eight is too many"},
      {"greedy", {M::out_of_memory}, "threw std::bad_alloc"},
      {"leaking", {M::out_of_memory}, "gave nothing back"},
      {"overreading", {M::out_of_bounds_read}, "of x, which has"},
      {"underreading", {M::out_of_bounds_read}, "read byte -4 of x, in front of it"},
      {"touches_nothing_wrongly", {M::out_of_bounds_read}, "read byte 0 of x, which has 0"},
      {"overwriting", {M::out_of_bounds_write}, "of y, which has"},
      {"gap_filling", {M::out_of_bounds_write}, "of y, in the gap between two rows"},
      {"input_spoiling", {M::input_modified}, "wrote to byte 12 of x, which is only to be read"},
      {"tail_leaving", {M::not_written}, "did not write element"},
      {"half_writing", {M::not_written}, "did not write all of element"},
      {"idle", {M::not_written}, "did not write element 0 of y"},
      {"upward", {M::fp_environment}, "left the rounding mode"},
      {"flushing", {M::fp_environment}, "left the rounding mode"},
      {"trapping", {M::fp_environment}, "left the rounding mode"},
      {"well_behaved", {M::fp_environment, M::not_written}, "changed the floating-point environment while it was loaded",
       true},
      {"wavering", {M::not_deterministic}, "gave other bits"},
      {"cpu_bound", {M::not_deterministic}, "than elsewhere"},
      {"tiring", {M::not_deterministic}, "gave other bits in call"},
      {"remembering", {M::stale_result}, "answered new content at the same pointers with the results of the old",
       false, {M::not_deterministic}},
      {"silencing", {M::stdout_closed}, "closed or replaced standard output"},
      {"closing", {M::stdout_closed}, "closed every file"},
      {"belated", {M::late_write}, "after it had come back", false, {M::not_deterministic, M::crash}},
      {"refusing", {M::status}, "returned 22 for valid arguments; 0 is success"},
      {"forking", {M::forked}, "came back twice"},
      {"suicidal", {M::crash}, "crashed: SIGKILL"},
      {"replacing", {M::exit}, "ended the process with status 0"},
      {"copying", {}, ""},
      {"zeroing", {}, ""},
  };
  return all;
}

// On this machine.
inline bool CanShow(const Wild& wild) { return wild.name != std::string_view("cpu_bound") || CpusToTry().size() > 1; }

inline std::string DeclarationOf(const Wild& wild) {
  const std::string symbol = fmt::format("wild_{}_softmax", wild.name);
  if (wild.name == std::string_view("gap_filling")) {
    return fmt::format("void {}(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols)", symbol);
  }
  return fmt::format("{} {}(const float* x, float* y, size_t rows, size_t cols)",
                     wild.name == std::string_view("refusing") ? "int" : "void", symbol);
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_ZOO_H_
