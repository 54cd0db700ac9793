// A stranger's function as a Kernel: laws call it like any other, and it runs in a sandbox.
#ifndef SOFTMAX_VERIFY_VERIFY_FOREIGN_KERNEL_H_
#define SOFTMAX_VERIFY_VERIFY_FOREIGN_KERNEL_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "softmax_verify/kernel.h"
#include "verify/declaration.h"
#include "verify/place.h"
#include "verify/sandbox.h"

namespace softmax_verify {

// "sequential", "lanes:16", "pairwise", ...: one for every row of operands' sums. Throws std::invalid_argument, one line.
Accumulation ParseAccumulation(std::string_view text);

// What is claimed of a stranger's kernel of which no more is known: exp within `exp_ulp` ulp of a rounded argument
// (2^((x - m) log2 e) included), any order of the partial sums, rescaled by a running maximum or not, x scale and x + bias
// rounded before the shift.
Claim ForeignClaim(Format format, const Accumulation& accumulation, double exp_ulp);

// Thrown by Kernel::run: the declaration has no way to ask this (strides that it does not have, a parameter that is a
// constant). Nothing was called, and nothing follows.
struct Inexpressible : std::exception {
  const char* what() const noexcept override { return "the declaration cannot express this call"; }
};
// Thrown by Kernel::run: the call did not come back, or refused valid arguments; a finding says how.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was found in calls, by kind.
struct FindingRecord {
  Finding first;
  std::string call;  // of the first: its shape
  std::uint64_t count = 0;
};

// What calls there were.
struct CallCoverage {
  std::uint64_t calls = 0;
  std::set<std::size_t> lengths;        // of rows
  std::set<std::size_t> rows;           // of a call
  std::uint64_t strided = 0;            // calls with a stride that is not the length
  std::bitset<64> alignments;           // of operands that are not workspace: the address modulo 64
  std::set<int> cpus;                   // that were chosen on purpose
  // The greatest n such that every length from 1 to n was there.
  std::size_t EveryLengthTo() const;
};

class ForeignKernel {
 public:
  // `parameters`: what the kernel applies by itself, constants of the declaration and options alike; `causal`: what a
  // causal argument of 1 means. Make it before threads start (Sandbox).
  ForeignKernel(std::function<Sandbox::Function()> load, const Declaration& declaration, const Parameters& parameters,
                Causal causal, const Claim& claim, const Contract& contract, const Sandbox::Limits& limits);

  // The kernel; and where it leaves an lse beside the results of another operation, its logsumexp.
  const std::vector<Kernel>& kernels() const { return kernels_; }
  const Declaration& declaration() const { return declaration_; }
  // The parameters that no call can change.
  const Parameters& parameters() const { return parameters_; }

  // Calls it on nothing of importance: it can be loaded, or LoadError.
  void Load();

  const std::map<Misbehaviour, FindingRecord>& findings() const { return findings_; }
  void Note(const Finding& finding, const std::string& call);
  const CallCoverage& coverage() const { return coverage_; }

  // --- A call in pieces, for probes ---

  // An argument that is an operand, and where its elements lie in the caller's memory and in the kernel's.
  struct Slot {
    const Operand* operand = nullptr;
    std::size_t buffer = 0;  // of Invocation::buffers
    Place caller, callee;
    Place results_place;                             // in the caller's memory
    std::size_t caller_bytes = 0, callee_bytes = 0;  // of an element
    const unsigned char* memory = nullptr;           // the caller's; null: it has none, and neutral values stand in
    unsigned char* results = nullptr;                // where the caller wants results; null: it does not
    bool is_output = false;                          // or an input whose place the results take:
    bool in_place = false;

    // Element e of row r of the call.
    std::size_t CalleeByte(std::size_t r, std::size_t e) const { return callee.Index(r, e) * callee_bytes; }
    std::size_t Rows(std::size_t rows) const { return callee.shared ? 1 : rows; }
  };
  struct Invocation {
    std::vector<SandboxBuffer> buffers;
    std::vector<Slot> slots;
    std::vector<std::uint64_t> scalars;
    std::size_t rows = 0;
    std::size_t first_row = 0;  // of the caller's
    std::size_t length = 0;     // of a row
    bool is_strided = false;
    std::string text;           // for people: "[3, 17], strides 20 and 17"
  };
  // One call for all rows, or for kernels of one row one for each. Throws Inexpressible.
  std::vector<Invocation> Assemble(const Kernel& kernel, const Operands& operands, const Layout& layout,
                                   const Parameters& parameters) const;
  // Runs it; notes what is found. Throws Interrupted.
  std::uint64_t Invoke(Invocation* invocation, const SandboxOptions& options);
  void Restart() { sandbox_.Restart(); }

 private:
  Status Run(const Kernel& kernel, const Operands& operands, const Layout& layout, const Parameters& parameters);
  void RequireExpressible(const Kernel& kernel, const Layout& layout, const Parameters& parameters) const;
  std::uint64_t ScalarFor(const Argument& argument, const Layout& layout, const Parameters& parameters) const;
  std::size_t BytesOfWorkspace(const Argument& argument) const;
  Slot SlotFor(const Kernel& kernel, const Argument& argument, const Operands& operands, const Layout& caller,
               const Layout& callee, Reduction reduction) const;

  Declaration declaration_;
  Parameters parameters_;
  Causal causal_;
  Sandbox sandbox_;
  std::vector<Kernel> kernels_;
  std::map<Misbehaviour, FindingRecord> findings_;
  CallCoverage coverage_;
  std::uint64_t strays_ = 0;  // calls that ended beside an operand, from some on with more room around operands
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FOREIGN_KERNEL_H_
