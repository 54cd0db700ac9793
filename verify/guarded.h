// Memory that notices every stray access, and calls that cannot take the process down with them.
#ifndef SOFTMAX_VERIFY_VERIFY_GUARDED_H_
#define SOFTMAX_VERIFY_VERIFY_GUARDED_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace softmax_verify {

// `bytes` of memory between two pages that cannot be touched. The contents border on the page after them
// (Edge::high) or before them (Edge::low), `distance` bytes away from it: distances of one element after the other
// give every alignment. What remains of the accessible pages holds `poison`, and so do the contents at first; with a
// `margin` there are so many bytes of it on either side.
class GuardedBuffer {
 public:
  enum class Edge { low, high };

  // Throws std::bad_alloc.
  GuardedBuffer(std::size_t bytes, Edge edge, std::size_t distance = 0, unsigned char poison = 0xA5,
                std::size_t margin = 0);
  ~GuardedBuffer();
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  // The contents. Never null, even of no bytes: then a pointer that must not be followed.
  unsigned char* data() const { return contents_; }
  std::size_t size() const { return bytes_; }

  void MakeReadOnly();
  // As it was at first, with another poison.
  void Reset(unsigned char poison);

  // The first byte outside the contents, on the accessible pages, that no longer holds the poison: as an offset from
  // data(), negative in front of it.
  std::optional<std::ptrdiff_t> StrayWrite() const;

  // Where an address lies: as an offset from data() when on these pages or their guards.
  std::optional<std::ptrdiff_t> OffsetOf(std::uintptr_t address) const;

 private:
  unsigned char* mapping_ = nullptr;  // guard page, accessible pages, guard page
  std::size_t mapped_bytes_ = 0;
  unsigned char* contents_ = nullptr;
  std::size_t bytes_ = 0;
  unsigned char poison_ = 0;
};

// What became of a call in a child process.
struct ChildResult {
  enum class Kind { returned, signalled, exited, timed_out };
  Kind kind = Kind::returned;
  int number = 0;                               // the signal, or the status given to exit
  std::optional<std::uintptr_t> fault_address;  // of SIGSEGV and SIGBUS
  std::vector<unsigned char> bytes;             // what the call returned
};

// Runs `body` in a forked child and hands back the bytes that it returned; the child is killed after `seconds`.
// The child sees this process's memory as it was, and changes none of it.
// Throws std::system_error when no child can be had.
ChildResult RunInChild(const std::function<std::vector<unsigned char>()>& body, double seconds);

// "killed by SIGSEGV", "exited with status 3", "still running after 10 s".
std::string Describe(const ChildResult& result, double seconds);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_GUARDED_H_
