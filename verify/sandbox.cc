#include "verify/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include "verify/fp_control.h"
#include "verify/guarded.h"

#if defined(__SANITIZE_ADDRESS__)
#define SV_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SV_ADDRESS_SANITIZER 1
#endif
#endif

namespace softmax_verify {
namespace {

constexpr std::size_t kArenaBytes = std::size_t{1} << 28;
constexpr std::size_t kMostBuffers = 32;
constexpr std::size_t kMostScalars = 64;
constexpr std::size_t kMostNotes = 16;
constexpr std::size_t kPadding = 8192;  // of SandboxOptions::Edge::padded
constexpr std::size_t kMostKept = std::size_t{1} << 26;  // bytes of buffers that are kept for the next call
constexpr std::uint64_t kAlmost = std::uint64_t{1} << 26;  // memory left when it counts as exhausted
constexpr int kChannelLost = 113;  // a child's status when its end of the channel is gone
constexpr std::size_t kMostDeaths = 300;
constexpr std::size_t kMostHangs = 3;
constexpr std::size_t kMostDeathsWhileLoading = 1;
constexpr double kMostLoadingAgain = 2;  // times the seconds of a call

using Clock = std::chrono::steady_clock;

enum class Phase : int { loading, idle, calling, returned };

// What parent and child tell each other. Only plain data: the child may scribble over it.
struct Shared {
  std::atomic<Phase> phase;
  struct Fault {
    int signal = 0;  // 0: none
    int buffer = -1;
    std::ptrdiff_t offset = 0;
    bool write = false;
    bool exhausted = false;  // hardly any memory was left
    std::uintptr_t address = 0;
  } fault;
  struct Note {
    Misbehaviour kind{};
    int buffer = -1;
    std::ptrdiff_t offset = 0;
    bool previous = false;  // of the call before
  };
  std::array<Note, kMostNotes> notes;
  std::size_t note_count;
  std::array<char, 1000> text;  // of an exception
  std::uint64_t value;
  bool threw, threw_bad_alloc;
  std::optional<Misbehaviour> failed;  // of CallFailed
  pid_t pid;
  std::uint64_t address_space;  // before the first call

  SandboxOptions options;
  std::size_t buffer_count, scalar_count;
  struct Buffer {
    std::size_t offset, bytes, alignment;  // offset: of the contents, in the arena
    bool writable;
  };
  std::array<Buffer, kMostBuffers> buffers;
  std::array<std::uint64_t, kMostScalars> scalars;
};
static_assert(sizeof(Shared) < 16384);
constexpr std::size_t kContents = 16384;  // where contents begin in the arena

// --- The child --------------------------------------------------------------------------------------------------

// One a process: signal handlers know no other.
struct Child {
  Shared* shared = nullptr;
  std::uint64_t most_bytes = 0;  // of address space
  std::vector<const GuardedBuffer*> active;
} child;

std::uint64_t AddressSpace(const char* path = "/proc/self/statm") {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[64] = {};
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  std::uint64_t pages = 0;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) {
    pages = 10 * pages + static_cast<std::uint64_t>(text[i] - '0');
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}
bool IsExhausted() { return child.most_bytes > 0 && AddressSpace() + kAlmost > child.most_bytes; }

void RecordFault(int signal, siginfo_t* info, void* context) {
  Shared::Fault& fault = child.shared->fault;
  fault.signal = signal;
  fault.address = reinterpret_cast<std::uintptr_t>(info->si_addr);
#if defined(__x86_64__)
  fault.write = (static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#else
  static_cast<void>(context);
#endif
  for (std::size_t i = 0; i < child.active.size(); ++i) {
    if (const auto offset = child.active[i]->OffsetOf(fault.address)) {
      fault.buffer = static_cast<int>(i);
      fault.offset = *offset;
    }
  }
  if (fault.buffer < 0) fault.exhausted = IsExhausted();
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void CatchFaults() {
  // A handler needs a stack of its own where the fault is an overflowing stack.
  static unsigned char handler_stack[1 << 16];
  const stack_t stack = {.ss_sp = handler_stack, .ss_flags = 0, .ss_size = sizeof handler_stack};
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = RecordFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
  for (const int other : {SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGALRM}) ::signal(other, SIG_DFL);
}

void AddNote(Misbehaviour kind, int buffer = -1, std::ptrdiff_t offset = 0, bool previous = false) {
  Shared& shared = *child.shared;
  if (shared.note_count < kMostNotes) shared.notes[shared.note_count++] = {kind, buffer, offset, previous};
}

void CopyText(const char* text) {
  std::strncpy(child.shared->text.data(), text, child.shared->text.size() - 1);
}

// What standard output is.
struct OutputId {
  dev_t device = 0;
  ino_t node = 0;
  bool is_open = false;
  friend bool operator==(const OutputId&, const OutputId&) = default;
};
OutputId ReadOutputId() {
  struct stat status = {};
  if (fstat(STDOUT_FILENO, &status) != 0) return {};
  return {status.st_dev, status.st_ino, true};
}

// Until it goes, this thread and those that it starts are on one CPU.
class OnCpu {
 public:
  explicit OnCpu(int cpu) {
    if (cpu < 0 || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(cpu), &one);
    is_bound_ = sched_setaffinity(0, sizeof one, &one) == 0;
  }
  ~OnCpu() {
    if (is_bound_) sched_setaffinity(0, sizeof before_, &before_);
  }
  OnCpu(const OnCpu&) = delete;
  OnCpu& operator=(const OnCpu&) = delete;

 private:
  cpu_set_t before_;
  bool is_bound_ = false;
};

class Server {
 public:
  Server(int channel, unsigned char* arena) : channel_(channel), arena_(arena) {}

  [[noreturn]] void Run(const std::function<Sandbox::Function()>& load, const Sandbox::Limits& limits) {
    Shared& shared = *child.shared;
    PrepareProcess(limits);
    const FpControl clean = FpControl::Read();
    Sandbox::Function function;
    try {
      function = load();
    } catch (const std::exception& error) {
      CopyText(error.what());
      Tell('E');
      _exit(0);
    }
    if (FpControl::Read() != clean) AddNote(Misbehaviour::fp_environment);
    clean.Write();
    CatchFaults();  // the library may have handlers of its own
    output_ = ReadOutputId();
    shared.pid = getpid();
    shared.address_space = AddressSpace();
    shared.phase = Phase::idle;
    Tell('L');
    for (;;) {
      char command = 0;
      const ssize_t got = recv(channel_, &command, 1, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) _exit(got == 0 ? 0 : kChannelLost);
      Serve(function, clean);
      Tell('R');
      shared.phase = Phase::idle;
    }
  }

 private:
  using Key = std::tuple<std::size_t, unsigned, SandboxOptions::Edge, std::size_t, std::size_t>;

  void PrepareProcess(const Sandbox::Limits& limits) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    const int null = open("/dev/null", O_RDWR);
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, file);
    if (null > STDERR_FILENO) close(null);
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
#if !defined(SV_ADDRESS_SANITIZER)  // which wants more than any limit
    // Threads reserve heaps and stacks that they hardly use.
    mallopt(M_ARENA_MAX, 2);
    child.most_bytes = AddressSpace() + limits.bytes + (std::uint64_t{1} << 24) * std::thread::hardware_concurrency();
    rlimit space = {};  // the soft one alone: another process, which a function may start, may be of another kind
    getrlimit(RLIMIT_AS, &space);
    space.rlim_cur = std::min<rlim_t>(child.most_bytes, space.rlim_max);
    setrlimit(RLIMIT_AS, &space);
#else
    static_cast<void>(limits);
#endif
    CatchFaults();
    // What the parent said to a child that is no more.
    char stale[16];
    while (recv(channel_, stale, sizeof stale, MSG_DONTWAIT) > 0) {
    }
  }

  void Tell(char what) {
    while (send(channel_, &what, 1, MSG_NOSIGNAL) < 0) {
      if (errno != EINTR) _exit(kChannelLost);
    }
  }

  GuardedBuffer& BufferFor(std::size_t index, const Shared::Buffer& wanted, const SandboxOptions& options) {
    using Edge = SandboxOptions::Edge;
    const std::unique_ptr<GuardedBuffer>& kept =
        kept_[Key(index, options.place, options.edge, wanted.bytes, wanted.alignment)];
    if (kept) return *kept;
    const std::size_t misfit = options.edge == Edge::low || options.edge == Edge::padded
                                   ? wanted.alignment
                                   : (128 - wanted.alignment - wanted.bytes % 64) % 64;
    const auto edge = options.edge == Edge::high ? GuardedBuffer::Edge::high : GuardedBuffer::Edge::low;
    kept_bytes_ += wanted.bytes + 4 * kPadding;
    return *(kept_[Key(index, options.place, options.edge, wanted.bytes, wanted.alignment)] =
                 std::make_unique<GuardedBuffer>(wanted.bytes, edge, misfit, options.poison,
                                                 options.edge == Edge::padded ? kPadding : 0));
  }

  void Serve(const Sandbox::Function& function, const FpControl& clean) {
    Shared& shared = *child.shared;
    const SandboxOptions options = shared.options;
    const std::vector<Shared::Buffer> wanted(shared.buffers.begin(),
                                             shared.buffers.begin() + static_cast<std::ptrdiff_t>(shared.buffer_count));
    const std::vector<std::uint64_t> scalars(shared.scalars.begin(),
                                             shared.scalars.begin() + static_cast<std::ptrdiff_t>(shared.scalar_count));
    FindLateWrites(true);
    child.active.clear();
    if (kept_bytes_ > kMostKept) {
      kept_.clear();
      kept_bytes_ = 0;
    }
    std::vector<GuardedBuffer*> buffers;
    std::vector<std::span<unsigned char>> contents;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      GuardedBuffer& buffer = BufferFor(i, wanted[i], options);
      buffer.Reset(options.poison);
      std::memcpy(buffer.data(), arena_ + wanted[i].offset, wanted[i].bytes);
      if (!wanted[i].writable) buffer.MakeReadOnly();
      buffers.push_back(&buffer);
      contents.emplace_back(buffer.data(), wanted[i].bytes);
    }
    child.active.assign(buffers.begin(), buffers.end());

    const OnCpu on_cpu(options.cpu);
    shared.phase = Phase::calling;
    try {
      shared.value = function(contents, scalars);
    } catch (const CallFailed& failure) {
      shared.failed = failure.kind;
      CopyText(failure.what());
    } catch (const std::bad_alloc&) {
      shared.threw_bad_alloc = true;
    } catch (const std::exception& error) {
      shared.threw = true;
      CopyText(error.what());
    } catch (...) {
      shared.threw = true;
      CopyText("of no standard type");
    }
    const bool fp_changed = FpControl::Read() != clean;
    clean.Write();
    shared.phase = Phase::returned;
    if (fp_changed) AddNote(Misbehaviour::fp_environment);
    if (ReadOutputId() != output_) {
      AddNote(Misbehaviour::stdout_closed);
      const int null = open("/dev/null", O_RDWR);
      if (null >= 0 && null != STDOUT_FILENO) {
        dup2(null, STDOUT_FILENO);
        close(null);
      }
      output_ = ReadOutputId();
    }
    if (!shared.threw_bad_alloc && IsExhausted()) AddNote(Misbehaviour::out_of_memory);

    written_.clear();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (!wanted[i].writable) continue;
      if (const auto stray = buffers[i]->StrayWrite()) {
        AddNote(Misbehaviour::out_of_bounds_write, static_cast<int>(i), *stray);
      }
      std::memcpy(arena_ + wanted[i].offset, buffers[i]->data(), wanted[i].bytes);
      written_.push_back({static_cast<int>(i), buffers[i], {}});
      written_.back().contents.assign(buffers[i]->data(), buffers[i]->data() + wanted[i].bytes);
    }
    if (options.linger > 0) {
      std::this_thread::sleep_for(std::chrono::duration<double>(options.linger));
      FindLateWrites(false);
    }
  }

  // Results of the last call that are no longer what they were when it came back.
  void FindLateWrites(bool previous) {
    for (const Written& written : written_) {
      const unsigned char* const now = written.buffer->data();
      const auto [at, end] = std::mismatch(written.contents.begin(), written.contents.end(), now);
      if (at == written.contents.end()) continue;
      AddNote(Misbehaviour::late_write, written.index, end - now, previous);
    }
    written_.clear();
  }

  struct Written {
    int index;
    const GuardedBuffer* buffer;
    std::vector<unsigned char> contents;
  };

  const int channel_;
  unsigned char* const arena_;
  std::map<Key, std::unique_ptr<GuardedBuffer>> kept_;
  std::size_t kept_bytes_ = 0;
  std::vector<Written> written_;  // by the last call
  OutputId output_;
};

// --- The process that children are forked from --------------------------------------------------------------------

// Whatever a child has started and left behind, in groups and sessions of its own too: it is this process's by now.
void EndOrphans() {
  for (;;) {
    std::FILE* const list = std::fopen("/proc/thread-self/children", "re");
    int pid = 0;
    bool any = false;
    while (list != nullptr && std::fscanf(list, "%d", &pid) == 1) any |= kill(pid, SIGKILL) == 0;
    if (list != nullptr) std::fclose(list);
    const pid_t gone = waitpid(-1, nullptr, any ? 0 : WNOHANG);
    if (gone == 0 || (gone < 0 && errno != EINTR)) return;
  }
}

// 'S' starts a child; its wait status comes back when it is gone; 'K' ends it. Ends with the parent.
[[noreturn]] void BeNursery(int commands, const std::function<void()>& be_child) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (;;) {
    char command = 0;
    const ssize_t got = read(commands, &command, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) _exit(0);
    if (command != 'S') continue;  // 'K' for a child that has just gone by itself
    const pid_t pid = fork();
    if (pid == 0) {
      close(commands);
      be_child();
    }
    int status = 0;
    if (pid > 0) {
      const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
      bool orphaned = false;
      for (;;) {
        std::array<pollfd, 2> waiting = {pollfd{commands, POLLIN, 0}, pollfd{handle, POLLIN, 0}};
        if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
        if (waiting[1].revents != 0) break;
        if (waiting[0].revents == 0) continue;
        const ssize_t size = read(commands, &command, 1);
        orphaned = size == 0;
        if (orphaned || command == 'K') {
          kill(-pid, SIGKILL);
          kill(pid, SIGKILL);
        }
        if (orphaned) break;
      }
      while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
      }
      kill(-pid, SIGKILL);
      EndOrphans();
      close(handle);
      if (orphaned) _exit(0);
    }
    send(commands, &status, sizeof status, MSG_NOSIGNAL);
  }
}

}  // namespace

// --- The parent -------------------------------------------------------------------------------------------------

std::string_view Name(Misbehaviour kind) {
  constexpr std::array<std::string_view, 16> names = {
      "crash",          "hang",        "exit",          "exception",  "out_of_memory", "out_of_bounds_read",
      "out_of_bounds_write", "input_modified", "not_written", "fp_environment", "stdout_closed", "late_write",
      "stale_result",   "not_deterministic", "malformed_reply", "status"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<int> CpusToTry() {
  cpu_set_t usable;
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(static_cast<std::size_t>(cpu), &usable)) continue;
    if (cpus.size() < 2) cpus.push_back(cpu);
    cpus.back() = cpu;
  }
  return cpus;
}

class Sandbox::Impl {
 public:
  Impl(std::function<Function()> load, const Limits& limits) : limits_(limits) {
    void* const arena = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    arena_ = static_cast<unsigned char*>(arena);
    shared_ = new (arena_) Shared();
    int commands[2], channel[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, commands) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) {
      throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    std::fflush(nullptr);  // else the child would print again what waits in the buffers
    nursery_ = fork();
    if (nursery_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (nursery_ == 0) {
      close(commands[0]);
      close(channel[0]);
      // Out of the way of a function that closes the usual files.
      const int far = fcntl(channel[1], F_DUPFD_CLOEXEC, 500);
      const int end = far < 0 ? channel[1] : far;
      BeNursery(commands[1], [&] {
        child.shared = shared_;
        Server(end, arena_).Run(load, limits_);
      });
    }
    close(commands[1]);
    close(channel[1]);
    commands_ = commands[0];
    channel_ = channel[0];
  }

  ~Impl() {
    for (const int end : {commands_, channel_}) {
      shutdown(end, SHUT_RDWR);  // other sandboxes' processes may have it open as well
      close(end);
    }
    while (waitpid(nursery_, nullptr, 0) < 0 && errno == EINTR) {
    }
    munmap(arena_, kArenaBytes);
  }

  Result Call(std::span<SandboxBuffer> buffers, std::span<const std::uint64_t> scalars, const SandboxOptions& options) {
    const std::lock_guard lock(mutex_);
    Result result;
    if (final_) {
      result.findings.push_back(*final_);
      return result;
    }
    if (!running_ && !Start(&result.findings)) return result;
    Write(buffers, scalars, options);
    Send(channel_, 'C');
    const auto start = Clock::now();
    const Answer answer = Await(Seconds() + options.linger);
    if (answer.what != 'R') {
      result.findings.push_back(Explain(answer, buffers));
      names_.clear();
      return result;
    }
    for (std::size_t i = 0; i < std::min(shared_->note_count, kMostNotes); ++i) {
      result.findings.push_back(Explain(shared_->notes[i], buffers));
    }
    names_.clear();
    for (const SandboxBuffer& buffer : buffers) names_.push_back(buffer.name);
    if (shared_->failed) {
      shared_->text.back() = '\0';
      const Finding finding{*shared_->failed, shared_->text.data(), true};
      result.findings.push_back(finding);
      if (finding.kind == Misbehaviour::exception) return result;  // told in good order, so that life goes on
      Mourn(finding, Clock::now() - start > std::chrono::duration<double>(Seconds() / 2));  // as slow as a hang is
      Stop();
      return result;
    }
    if (shared_->threw_bad_alloc || shared_->threw) {
      shared_->text.back() = '\0';
      const Finding finding =
          shared_->threw ? Finding{Misbehaviour::exception, fmt::format("threw an exception: {}", shared_->text.data()), true}
                         : Finding{Misbehaviour::out_of_memory, fmt::format("threw std::bad_alloc, with {} to take", Room()), true};
      result.findings.push_back(finding);
      Stop();
      return result;
    }
    for (const Finding& finding : result.findings) {
      if (finding.kind == Misbehaviour::out_of_memory) Stop();
    }
    result.returned = true;
    result.value = shared_->value;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (!buffers[i].writable) continue;
      std::memcpy(buffers[i].contents.data(), arena_ + offsets_[i], buffers[i].contents.size());
    }
    return result;
  }

  void Restart() {
    const std::lock_guard lock(mutex_);
    if (running_) Stop();
  }

  std::size_t Children() const { return children_; }

 private:
  struct Answer {
    char what = 0;   // 'L', 'E', 'R'; 0: it has ended
    int status = 0;  // how
    bool timed_out = false;
    bool nursery_is_gone = false;
    double seconds = 0;
    std::uint64_t address_space = 0;  // when the time was over
  };

  double Seconds() const { return hangs_ > 0 ? limits_.seconds / 4 : limits_.seconds; }
  std::string Room() const { return fmt::format("{:.3g} GiB", static_cast<double>(limits_.bytes) / 0x1p30); }

  static void Send(int to, char what) {
    while (send(to, &what, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
  }

  Answer Await(double seconds) {
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    Answer answer;
    answer.seconds = seconds;
    for (;;) {
      std::array<pollfd, 2> waiting = {pollfd{channel_, POLLIN, 0}, pollfd{commands_, POLLIN, 0}};
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      const int ready = poll(waiting.data(), waiting.size(), answer.timed_out ? -1 : static_cast<int>(std::max<long long>(left, 0)));
      if (ready < 0) continue;
      if (ready == 0) {
        answer.timed_out = true;
        answer.address_space = AddressSpace(fmt::format("/proc/{}/statm", shared_->pid).c_str());
        Send(commands_, 'K');
        continue;
      }
      // Nothing is received once nobody is left to send: then the nursery is gone too, or soon will be.
      if (waiting[0].revents != 0 && !answer.timed_out && recv(channel_, &answer.what, 1, 0) == 1) return answer;
      if (waiting[1].revents == 0) continue;
      answer.nursery_is_gone = recv(commands_, &answer.status, sizeof answer.status, MSG_WAITALL) != sizeof answer.status;
      answer.what = 0;
      running_ = false;
      char stale[16];
      while (recv(channel_, stale, sizeof stale, MSG_DONTWAIT) > 0) {
      }
      return answer;
    }
  }

  bool Start(std::vector<Finding>* findings) {
    shared_ = new (arena_) Shared();
    shared_->phase = Phase::loading;
    Send(commands_, 'S');
    running_ = true;
    ++children_;
    const auto start = Clock::now();
    const Answer answer = Await(limits_.seconds_to_load);
    if (children_ > 1) loading_again_ += Clock::now() - start;
    if (answer.what == 'L') {
      for (std::size_t i = 0; i < std::min(shared_->note_count, kMostNotes); ++i) {
        findings->push_back({shared_->notes[i].kind, "changed the floating-point environment while it was loaded", false});
      }
      return true;
    }
    if (answer.what == 'E') {
      shared_->text.back() = '\0';
      const std::string text = shared_->text.data();
      Await(limits_.seconds_to_load);
      throw LoadError(text);
    }
    findings->push_back(Explain(answer, {}));
    return false;
  }

  void Stop() {
    Send(commands_, 'K');
    while (Await(limits_.seconds).what != 0) {
    }
  }

  void Write(std::span<const SandboxBuffer> buffers, std::span<const std::uint64_t> scalars, const SandboxOptions& options) {
    if (buffers.size() > kMostBuffers || scalars.size() > kMostScalars) {
      throw std::invalid_argument(fmt::format("a call has at most {} pointers and {} arguments", kMostBuffers, kMostScalars));
    }
    Shared& shared = *shared_;
    shared.fault = {};
    shared.note_count = 0;
    shared.text = {};
    shared.threw = shared.threw_bad_alloc = false;
    shared.failed.reset();
    shared.options = options;
    shared.buffer_count = buffers.size();
    shared.scalar_count = scalars.size();
    std::copy(scalars.begin(), scalars.end(), shared.scalars.begin());
    std::size_t offset = kContents;
    offsets_.clear();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const std::size_t bytes = buffers[i].contents.size();
      if (bytes > kArenaBytes - offset) {
        throw std::invalid_argument(fmt::format("the operands of a call take {} bytes at most", kArenaBytes));
      }
      shared.buffers[i] = {offset, bytes, buffers[i].alignment, buffers[i].writable};
      std::memcpy(arena_ + offset, buffers[i].contents.data(), bytes);
      offsets_.push_back(offset);
      offset += (bytes + 63) / 64 * 64;
    }
  }

  std::string NameOf(int buffer, std::span<const SandboxBuffer> buffers) const {
    return buffer >= 0 && static_cast<std::size_t>(buffer) < buffers.size() ? buffers[static_cast<std::size_t>(buffer)].name
                                                                            : "an operand";
  }

  static std::string Where(std::ptrdiff_t offset, const std::string& name, std::size_t size) {
    if (offset < 0) return fmt::format("byte {} of {}, in front of it", offset, name);
    return fmt::format("byte {} of {}, which has {}", offset, name, size);
  }

  Finding Explain(const Shared::Note& note, std::span<const SandboxBuffer> buffers) const {
    switch (note.kind) {
      case Misbehaviour::fp_environment:
        return {note.kind, "left the rounding mode, the flushing of subnormals or the exception masks changed", false};
      case Misbehaviour::stdout_closed:
        return {note.kind, "closed or replaced standard output", false};
      case Misbehaviour::out_of_memory:
        return {note.kind, fmt::format("took nearly all of {} and gave nothing back", Room()), false};
      case Misbehaviour::late_write: {
        std::string name = NameOf(note.buffer, buffers);
        if (note.previous && note.buffer >= 0 && static_cast<std::size_t>(note.buffer) < names_.size()) {
          name = names_[static_cast<std::size_t>(note.buffer)];
        }
        return {note.kind, fmt::format("wrote to byte {} of {} after it had come back", note.offset, name), false};
      }
      default: {
        const std::string name = NameOf(note.buffer, buffers);
        const std::size_t size =
            note.buffer >= 0 && static_cast<std::size_t>(note.buffer) < buffers.size()
                ? buffers[static_cast<std::size_t>(note.buffer)].contents.size() : 0;
        return {note.kind, fmt::format("wrote to {}", Where(note.offset, name, size)), false};
      }
    }
  }

  // Why a child has ended; says so from now on when it does so all the time (Mourn).
  Finding Explain(const Answer& answer, std::span<const SandboxBuffer> buffers) {
    const Phase phase = shared_->phase;
    const std::string_view when = phase == Phase::loading ? " while the library was loaded"
                                  : phase == Phase::calling ? "" : " after it had come back";
    Finding finding = ExplainEnd(answer, buffers, phase, when);
    finding.fatal = true;
    deaths_while_loading_ += phase == Phase::loading;
    Mourn(finding, finding.kind == Misbehaviour::hang);
    if (deaths_while_loading_ >= kMostDeathsWhileLoading || answer.nursery_is_gone) final_ = finding;
    return finding;
  }

  void Mourn(const Finding& finding, bool is_hang) {
    deaths_ += 1;
    hangs_ += is_hang;
    if (deaths_ >= kMostDeaths || hangs_ >= kMostHangs ||
        loading_again_.count() > kMostLoadingAgain * limits_.seconds) {
      final_ = finding;
    }
  }

  Finding ExplainEnd(const Answer& answer, std::span<const SandboxBuffer> buffers, Phase phase, std::string_view when) const {
    if (answer.nursery_is_gone) {
      return {Misbehaviour::crash, fmt::format("killed the process that it was started from{}", when), true};
    }
    if (answer.timed_out && phase == Phase::calling && answer.address_space > shared_->address_space + limits_.bytes / 2) {
      return {Misbehaviour::out_of_memory,
              fmt::format("had taken more than half of {} after {:g} s and was still running", Room(), answer.seconds), true};
    }
    if (answer.timed_out) {
      return {Misbehaviour::hang, fmt::format("was still running after {:g} s{}", answer.seconds, when), true};
    }
    if (!WIFSIGNALED(answer.status)) {
      if (WEXITSTATUS(answer.status) == kChannelLost && phase != Phase::calling) {
        return {Misbehaviour::stdout_closed, "closed every file, standard output among them", true};
      }
      return {Misbehaviour::exit, fmt::format("ended the process with status {}{}", WEXITSTATUS(answer.status), when), true};
    }
    const int signal = WTERMSIG(answer.status);
    const Shared::Fault& fault = shared_->fault;
    const char* const abbreviation = sigabbrev_np(signal);
    const std::string name = fmt::format("SIG{}", abbreviation != nullptr ? abbreviation : "?");
    if (fault.signal == signal && fault.buffer >= 0 && static_cast<std::size_t>(fault.buffer) < buffers.size()) {
      const SandboxBuffer& buffer = buffers[static_cast<std::size_t>(fault.buffer)];
      const auto size = static_cast<std::ptrdiff_t>(buffer.contents.size());
      if (fault.offset >= 0 && fault.offset < size) {
        return {Misbehaviour::input_modified,
                fmt::format("wrote to byte {} of {}, which is only to be read{}", fault.offset, buffer.name, when), true};
      }
      return {fault.write ? Misbehaviour::out_of_bounds_write : Misbehaviour::out_of_bounds_read,
              fmt::format("{} {}{}", fault.write ? "wrote to" : "read",
                          Where(fault.offset, buffer.name, buffer.contents.size()), when), true};
    }
    if (fault.signal == signal && fault.exhausted) {
      return {Misbehaviour::out_of_memory, fmt::format("took all of {} and then crashed: {}{}", Room(), name, when), true};
    }
    if (signal == SIGKILL) return {Misbehaviour::out_of_memory, "was killed by the system, which is short of memory", true};
    if (fault.signal == signal) {
      return {Misbehaviour::crash, fmt::format("crashed: {} at address {:#x}, in no operand{}", name, fault.address, when), true};
    }
    return {Misbehaviour::crash, fmt::format("crashed: {}{}", name, when), true};
  }

  const Limits limits_;
  std::mutex mutex_;
  unsigned char* arena_ = nullptr;
  Shared* shared_ = nullptr;
  pid_t nursery_ = -1;
  int commands_ = -1;  // to the nursery
  int channel_ = -1;   // to the child
  bool running_ = false;
  std::size_t children_ = 0, deaths_ = 0, hangs_ = 0, deaths_while_loading_ = 0;
  std::chrono::duration<double> loading_again_{0};  // after the first time
  std::optional<Finding> final_;
  std::vector<std::size_t> offsets_;  // of the contents of a call
  std::vector<std::string> names_;    // of the buffers of the call before
};

Sandbox::Sandbox(std::function<Function()> load, const Limits& limits)
    : impl_(std::make_unique<Impl>(std::move(load), limits)) {}
Sandbox::~Sandbox() = default;
Sandbox::Result Sandbox::Call(std::span<SandboxBuffer> buffers, std::span<const std::uint64_t> scalars,
                              const SandboxOptions& options) {
  return impl_->Call(buffers, scalars, options);
}
void Sandbox::Restart() { impl_->Restart(); }
std::size_t Sandbox::Children() const { return impl_->Children(); }

}  // namespace softmax_verify
