#include "verify/guarded.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>

namespace softmax_verify {
namespace {

std::size_t PageSize() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

// The child's messages: a tag, then for 'F' the address of the fault, for 'R' the returned bytes, for 'E' the text of
// an exception.
enum Tag : unsigned char { kFault = 'F', kReturned = 'R', kException = 'E' };

int report_fd = -1;  // the child's end of the pipe, for the signal handler

void WriteAll(int fd, const void* data, std::size_t size) {
  const auto* next = static_cast<const unsigned char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    next += written;
    size -= static_cast<std::size_t>(written);
  }
}

void ReportFault(int signal, siginfo_t* info, void*) {
  unsigned char message[1 + sizeof(std::uintptr_t)] = {kFault};
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  std::memcpy(message + 1, &address, sizeof address);
  WriteAll(report_fd, message, sizeof message);
  ::signal(signal, SIG_DFL);
  raise(signal);
}

[[noreturn]] void BeChild(const std::function<std::vector<unsigned char>()>& body) {
  // A handler needs a stack of its own where the fault is an overflowing stack.
  static unsigned char handler_stack[1 << 16];
  const stack_t stack = {.ss_sp = handler_stack, .ss_flags = 0, .ss_size = sizeof handler_stack};
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = ReportFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
  for (const int other : {SIGFPE, SIGILL, SIGABRT}) ::signal(other, SIG_DFL);

  Tag tag = kReturned;
  std::vector<unsigned char> bytes;
  try {
    bytes = body();
  } catch (const std::exception& error) {
    tag = kException;
    const char* text = error.what();
    bytes.assign(text, text + std::strlen(text));
  }
  WriteAll(report_fd, &tag, 1);
  WriteAll(report_fd, bytes.data(), bytes.size());
  _exit(0);
}

}  // namespace

GuardedBuffer::GuardedBuffer(std::size_t bytes, Edge edge, std::size_t distance, unsigned char poison,
                             std::size_t margin)
    : bytes_(bytes), poison_(poison) {
  const std::size_t page = PageSize();
  const std::size_t accessible = (bytes + distance + 2 * margin + page - 1) / page * page;
  mapped_bytes_ = accessible + 2 * page;
  void* mapping = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  mapping_ = static_cast<unsigned char*>(mapping);
  if (accessible > 0 && mprotect(mapping_ + page, accessible, PROT_READ | PROT_WRITE) != 0) {
    munmap(mapping_, mapped_bytes_);
    throw std::bad_alloc();
  }
  contents_ = edge == Edge::low ? mapping_ + page + margin + distance
                                : mapping_ + page + accessible - margin - distance - bytes;
  if (accessible > 0) std::memset(mapping_ + page, poison, accessible);
}

GuardedBuffer::~GuardedBuffer() { munmap(mapping_, mapped_bytes_); }

void GuardedBuffer::MakeReadOnly() {
  const std::size_t page = PageSize();
  if (mapped_bytes_ > 2 * page) mprotect(mapping_ + page, mapped_bytes_ - 2 * page, PROT_READ);
}

void GuardedBuffer::Reset(unsigned char poison) {
  const std::size_t page = PageSize();
  poison_ = poison;
  if (mapped_bytes_ == 2 * page) return;
  mprotect(mapping_ + page, mapped_bytes_ - 2 * page, PROT_READ | PROT_WRITE);
  std::memset(mapping_ + page, poison, mapped_bytes_ - 2 * page);
}

std::optional<std::ptrdiff_t> GuardedBuffer::StrayWrite() const {
  const std::size_t page = PageSize();
  const unsigned char* const end = mapping_ + mapped_bytes_ - page;
  for (const unsigned char* byte = mapping_ + page; byte < end; ++byte) {
    if (byte == contents_) byte += bytes_;
    if (byte < end && *byte != poison_) return byte - contents_;
  }
  return std::nullopt;
}

std::optional<std::ptrdiff_t> GuardedBuffer::OffsetOf(std::uintptr_t address) const {
  const auto start = reinterpret_cast<std::uintptr_t>(mapping_);
  if (address < start || address >= start + mapped_bytes_) return std::nullopt;
  return static_cast<std::ptrdiff_t>(address - reinterpret_cast<std::uintptr_t>(contents_));
}

ChildResult RunInChild(const std::function<std::vector<unsigned char>()>& body, double seconds) {
  // One at a time: a child forked meanwhile would hold this pipe open too, and its end would not show.
  static std::mutex forking;
  std::unique_lock lock(forking);
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  std::fflush(nullptr);  // else the child would print again what waits in the buffers
  const pid_t child = fork();
  if (child < 0) {
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  if (child == 0) {
    lock.unlock();  // the body may want children of its own
    close(ends[0]);
    report_fd = ends[1];
    BeChild(body);
  }
  close(ends[1]);
  lock.unlock();

  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<unsigned char> message;
  bool timed_out = false;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting = {.fd = ends[0], .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 1 << 30))) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      timed_out = true;
      kill(child, SIGKILL);
      break;
    }
    unsigned char chunk[1 << 16];
    const ssize_t got = read(ends[0], chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    message.insert(message.end(), chunk, chunk + got);
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }

  ChildResult result;
  if (timed_out) {
    result.kind = ChildResult::Kind::timed_out;
  } else if (WIFSIGNALED(status)) {
    result.kind = ChildResult::Kind::signalled;
    result.number = WTERMSIG(status);
    if (message.size() == 1 + sizeof(std::uintptr_t) && message[0] == kFault) {
      std::uintptr_t address;
      std::memcpy(&address, message.data() + 1, sizeof address);
      result.fault_address = address;
    }
  } else if (!message.empty() && message[0] == kReturned) {
    result.bytes.assign(message.begin() + 1, message.end());
  } else if (!message.empty() && message[0] == kException) {
    throw std::runtime_error(std::string(message.begin() + 1, message.end()));
  } else {
    result.kind = ChildResult::Kind::exited;
    result.number = WEXITSTATUS(status);
  }
  return result;
}

std::string Describe(const ChildResult& result, double seconds) {
  switch (result.kind) {
    case ChildResult::Kind::returned:
      return "returned";
    case ChildResult::Kind::signalled:
      return fmt::format("killed by SIG{}", sigabbrev_np(result.number));
    case ChildResult::Kind::exited:
      return fmt::format("exited with status {}", result.number);
    case ChildResult::Kind::timed_out:
      return fmt::format("still running after {:g} s", seconds);
  }
  return "";
}

}  // namespace softmax_verify
