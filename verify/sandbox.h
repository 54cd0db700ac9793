// A child process in which a stranger's function runs: whatever it does, this process survives and can tell.
#ifndef SOFTMAX_VERIFY_VERIFY_SANDBOX_H_
#define SOFTMAX_VERIFY_VERIFY_SANDBOX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace softmax_verify {

// What a function may do beside computing, each with a name of its own.
enum class Misbehaviour {
  crash,                // killed by a signal
  hang,                 // did not come back in time
  exit,                 // ended the process
  exception,            // an exception came out
  out_of_memory,        // allocated without end
  out_of_bounds_read,   // touched memory beside an operand
  out_of_bounds_write,
  input_modified,       // wrote to an operand that is only read
  not_written,          // left a result as it was
  fp_environment,       // left rounding mode, flushing modes or exception masks changed, or changed them when loaded
  stdout_closed,        // closed or replaced standard output
  late_write,           // wrote after it had come back
  stale_result,         // answered with what an earlier call with the same pointers had
  not_deterministic,    // the same call, other bits
  malformed_reply,      // another process: wrote something else than an answer
  status,               // answered valid arguments with a status other than 0
  forked,               // came back twice: from a process that it left behind as well
};
inline constexpr int kMisbehaviours = static_cast<int>(Misbehaviour::forked) + 1;
std::string_view Name(Misbehaviour kind);

struct Finding {
  Misbehaviour kind{};
  std::string what;  // one sentence without its subject: "wrote byte 40 of y, which has 40"
  bool fatal = false;  // the call did not come back: there are no results
};

// Memory of one call in the child, between pages that cannot be touched, filled with `contents` before the call.
struct SandboxBuffer {
  std::string name;                     // for findings
  std::vector<unsigned char> contents;  // what is written has the new ones afterwards
  bool writable = false;                // else on pages that cannot be written
  std::size_t alignment = 0;            // the address modulo 64
};

// How the memory of a call is laid out, and what is looked for.
struct SandboxOptions {
  enum class Edge {
    high,    // contents end at a page that faults, less what the alignment wants
    low,     // contents begin at one
    padded,  // more than a page of accessible memory on either side: strays are seen afterwards, and do no harm
  };
  Edge edge = Edge::high;
  unsigned place = 0;            // calls with the same place, sizes and alignments get the same pointers
  unsigned char poison = 0xA5;   // around the contents
  double linger = 0;             // seconds to wait for late writes
  int cpu = -1;                  // where it is called; -1: wherever the system likes
};
// CPUs that this process may use, the two that are farthest apart in number: one where there is but one.
std::vector<int> CpusToTry();

// What a function throws that knows how the call failed, since it was made elsewhere: a fatal finding.
struct CallFailed : std::runtime_error {
  CallFailed(Misbehaviour kind, const std::string& what) : std::runtime_error(what), kind(kind) {}
  Misbehaviour kind;
};

// The library or the function cannot be had.
struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Sandbox {
 public:
  // What is called, with the contents of the buffers where they lie; what it returns comes back. An exception is a
  // finding.
  using Buffers = std::span<const std::span<unsigned char>>;
  using Function = std::function<std::uint64_t(Buffers buffers, std::span<const std::uint64_t> scalars)>;

  struct Limits {
    double seconds = 10;                             // of a call
    std::uint64_t bytes = std::uint64_t{4} << 30;    // of memory beyond what is there at first
    double seconds_to_load = 10;
  };

  // `load` makes the function in every child anew; what it throws is a LoadError. Make the sandbox before this process
  // starts threads: children are forked from a copy of the process as it is now.
  // Throws std::system_error when there can be no child.
  Sandbox(std::function<Function()> load, const Limits& limits);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  struct Result {
    bool returned = false;  // else a fatal finding tells why not
    std::uint64_t value = 0;
    std::vector<Finding> findings;
  };
  // From any thread, one call at a time. Throws LoadError.
  Result Call(std::span<SandboxBuffer> buffers, std::span<const std::uint64_t> scalars, const SandboxOptions& options = {});

  // Ends the child: the next call starts with the library freshly loaded.
  void Restart();
  // How many children there have been.
  std::size_t Children() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_SANDBOX_H_
