#include "verify/foreign_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace softmax_verify {
namespace {

static_assert(std::endian::native == std::endian::little, "frames are little-endian");

using Clock = std::chrono::steady_clock;

constexpr std::string_view kReady = "SOFTMAX1";
constexpr std::string_view kCall = "CALL";
constexpr std::string_view kDone = "DONE";
constexpr std::string_view kFail = "FAIL";
constexpr std::size_t kMostMessage = 10000;  // bytes of an exception's message
constexpr std::size_t kMostErrors = 4096;    // bytes of standard error that are kept
constexpr std::chrono::milliseconds kTick(20);
constexpr std::chrono::milliseconds kLastWords(500);  // that a process has to end after its output has

template <typename T>
void Append(T value, std::string* frame) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  frame->append(bytes, sizeof value);
}

std::uint64_t WordAt(std::string_view bytes, std::size_t offset) {
  std::uint64_t word;
  std::memcpy(&word, bytes.data() + offset, sizeof word);
  return word;
}

// As in Python's struct.
char LetterOf(const CType& type) {
  switch (type.kind) {
    case CType::Kind::nothing:
      return 'B';
    case CType::Kind::boolean:
      return '?';
    case CType::Kind::floating:
      return type.format == Format::f32   ? 'f'
             : type.format == Format::f64 ? 'd'
             : type.format == Format::f16 ? 'e'
                                          : 'H';
    case CType::Kind::integer:
      return (type.is_signed ? "bhiq" : "BHIQ")[std::countr_zero(type.bytes)];
  }
  return 'B';
}

// What came, for people.
std::string Quoted(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 24)) text += c >= ' ' && c <= '~' ? c : '.';
  return fmt::format("'{}{}'", text, bytes.size() > 24 ? "..." : "");
}

// Of a process and those that it has started.
std::uint64_t ResidentBytes(pid_t pid) {
  std::uint64_t pages = 0, resident = 0;
  if (std::ifstream file(fmt::format("/proc/{}/statm", pid)); file >> pages >> resident) {
    resident *= static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (pid_t other = 0; children >> other;) resident += ResidentBytes(other);
  return resident;
}

// Words between spaces; quotes and backslashes as in a shell, which does the rest where it is asked to.
std::vector<std::string> SplitCommand(std::string_view command) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < command.size() &&
                         (quote == 0 || command[i + 1] == '"' || command[i + 1] == '\\');
    if (quote == 0 && std::isspace(static_cast<unsigned char>(c)) != 0) {
      in_word = false;
      continue;
    }
    if (quote == 0 && std::string_view("|&;<>()$`").find(c) != std::string_view::npos) {
      throw std::runtime_error(
          fmt::format("the command '{}' has a '{}', which is a shell's; say sh -c '...'", command, c));
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else {
      words.back() += escapes ? command[++i] : c;
    }
  }
  if (quote != 0) throw std::runtime_error(fmt::format("the command '{}' has a {} that does not end", command, quote));
  if (words.empty()) throw std::runtime_error("the command is empty; wanted is one like 'python3 my_kernel.py'");
  return words;
}

class Process {
 public:
  Process(const std::string& command, const Declaration& declaration, const Sandbox::Limits& limits)
      : declaration_(declaration), limits_(limits) {
    ::signal(SIGPIPE, SIG_IGN);  // that its input has ended is seen otherwise
    Start(command);
    try {
      Await(kReady.size(), {kReady}, limits.seconds_to_load);
    } catch (const CallFailed& failure) {
      throw std::runtime_error(
          fmt::format("the command '{}' {}; as soon as it has started it has to write {} to its "
                      "standard output, and nothing else but answers",
                      command, failure.what(), kReady));
    }
    received_.erase(0, kReady.size());
  }

  std::uint64_t Call(Sandbox::Buffers buffers, std::span<const std::uint64_t> scalars) {
    Exchange(std::chrono::milliseconds(0));
    if (!received_.empty()) {
      throw CallFailed(Misbehaviour::malformed_reply, fmt::format("wrote {} without being asked", Quoted(received_)));
    }
    to_send_ = FrameOf(buffers, scalars);
    sent_ = 0;
    const std::vector<std::span<unsigned char>> written = Written(buffers);
    constexpr std::size_t kHead = kDone.size() + 8;
    Await(kHead, {kDone, kFail}, limits_.seconds);
    const bool has_failed = received_.starts_with(kFail);
    const std::uint64_t value = WordAt(received_, kHead - 8);
    if (has_failed && value > kMostMessage) {
      throw CallFailed(Misbehaviour::malformed_reply,
                       fmt::format("announced a message of {} bytes; {} are allowed", value, kMostMessage));
    }
    std::size_t expected = kHead;
    if (has_failed) expected += value;
    for (const std::span<unsigned char> each : written) expected += has_failed ? 0 : each.size();
    Await(expected, {}, limits_.seconds);
    if (received_.size() > expected) {
      throw CallFailed(
          Misbehaviour::malformed_reply,
          fmt::format("answered with {} bytes more than the {} of an answer", received_.size() - expected, expected));
    }
    const std::string answer = std::exchange(received_, {});
    if (has_failed) throw CallFailed(Misbehaviour::exception, "threw an exception: " + answer.substr(kHead));
    std::size_t at = kHead;
    for (const std::span<unsigned char> each : written) {
      std::copy_n(answer.begin() + static_cast<std::ptrdiff_t>(at), each.size(), each.begin());
      at += each.size();
    }
    return value;
  }

 private:
  void Start(const std::string& command) {
    std::vector<std::string> words = SplitCommand(command);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> in, out, errors, start;
    for (std::array<int, 2>* ends : {&in, &out, &errors, &start}) {
      if (pipe2(ends->data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    }
    const pid_t parent = getpid();
    process_ = fork();
    if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(127);
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      dup2(errors[1], STDERR_FILENO);
      for (const int signal : {SIGPIPE, SIGSEGV, SIGBUS}) ::signal(signal, SIG_DFL);
      // Address space is no measure of what other languages take; what the process holds is watched instead.
      rlimit space = {};
      getrlimit(RLIMIT_AS, &space);
      space.rlim_cur = space.rlim_max;
      setrlimit(RLIMIT_AS, &space);
      execvp(arguments[0], arguments.data());
      const int reason = errno;
      _exit(write(start[1], &reason, sizeof reason) < 0 ? 126 : 127);
    }
    for (const int end : {in[0], out[1], errors[1], start[1]}) close(end);
    int reason = 0;
    if (read(start[0], &reason, sizeof reason) > 0) {
      throw std::runtime_error(
          fmt::format("cannot start '{}' of the command '{}': {}", words[0], command, std::strerror(reason)));
    }
    close(start[0]);
    in_ = in[1];
    out_ = out[0];
    errors_ = errors[0];
    for (const int end : {in_, out_, errors_}) fcntl(end, F_SETFL, O_NONBLOCK);
  }

  // The buffers that are written, in their order.
  std::vector<std::span<unsigned char>> Written(Sandbox::Buffers buffers) const {
    std::vector<std::span<unsigned char>> written;
    std::size_t next = 0;
    for (const Argument& argument : declaration_.arguments) {
      if (!argument.is_pointer || argument.number) continue;
      if (!argument.is_const) written.push_back(buffers[next]);
      ++next;
    }
    return written;
  }

  std::string FrameOf(Sandbox::Buffers buffers, std::span<const std::uint64_t> scalars) const {
    std::string frame(kCall);
    Append(static_cast<std::uint32_t>(declaration_.arguments.size()), &frame);
    std::size_t next = 0;
    for (std::size_t i = 0; i < declaration_.arguments.size(); ++i) {
      const Argument& argument = declaration_.arguments[i];
      const bool is_buffer = argument.is_pointer && !argument.number;
      const std::span<unsigned char> contents = is_buffer ? buffers[next++] : std::span<unsigned char>();
      frame += is_buffer                                     ? (argument.is_const ? 'c' : 'w')
               : argument.is_pointer                         ? 'n'
               : argument.type.kind == CType::Kind::floating ? 'r'
                                                             : 'i';
      frame += LetterOf(argument.type);
      frame.append(6, '\0');
      Append(is_buffer ? contents.size() / std::max<std::size_t>(argument.type.bytes, 1) : scalars[i], &frame);
      frame.append(contents.begin(), contents.end());
    }
    return frame;
  }

  // Waits until `size` bytes have been received that begin as one of `words` does, of which there may be none.
  void Await(std::size_t size, std::initializer_list<std::string_view> words, double seconds) {
    // A little before the sandbox does the same, which knows less.
    const auto deadline = Clock::now() + std::chrono::duration<double>(0.9 * seconds);
    for (;;) {
      const std::string_view head = received_;
      const bool begins_well = words.size() == 0 || std::any_of(words.begin(), words.end(), [&](std::string_view word) {
                                 return word.substr(0, head.size()) == head.substr(0, word.size());
                               });
      if (!begins_well) {
        throw CallFailed(Misbehaviour::malformed_reply,
                         fmt::format("wrote {} where {} belongs", Quoted(received_), *words.begin()));
      }
      if (received_.size() >= size) return;
      if (out_ < 0) ThrowItsEnd(size);
      if (Clock::now() > deadline) {
        if (received_.empty()) {
          throw CallFailed(Misbehaviour::hang, fmt::format("was still running after {:g} s", seconds));
        }
        throw CallFailed(
            Misbehaviour::malformed_reply,
            fmt::format("answered with {} bytes of {} and no more in {:g} s", received_.size(), size, seconds));
      }
      Exchange(kTick);
    }
  }

  // Sends and receives what can be without waiting for longer than `most`.
  void Exchange(std::chrono::milliseconds most) {
    const bool sends = in_ >= 0 && sent_ < to_send_.size();
    std::array<pollfd, 3> ends = {pollfd{sends ? in_ : -1, POLLOUT, 0}, pollfd{out_, POLLIN, 0},
                                  pollfd{errors_, POLLIN, 0}};
    const int ready = poll(ends.data(), ends.size(), static_cast<int>(most.count()));
    if (ready == 0 && ResidentBytes(process_) > limits_.bytes) {
      throw CallFailed(Misbehaviour::out_of_memory,
                       fmt::format("had taken more than {:.3g} GiB", static_cast<double>(limits_.bytes) / 0x1p30));
    }
    if (ready <= 0) return;
    if (ends[0].revents != 0) {
      const ssize_t count = write(in_, to_send_.data() + sent_, to_send_.size() - sent_);
      if (count > 0) sent_ += static_cast<std::size_t>(count);
      if (count < 0 && errno == EPIPE) close(std::exchange(in_, -1));
    }
    if (ends[1].revents != 0) ReadFrom(&out_, &received_);
    if (ends[2].revents != 0) {
      ReadFrom(&errors_, &last_errors_);
      if (last_errors_.size() > kMostErrors) last_errors_.erase(0, last_errors_.size() - kMostErrors);
    }
  }

  static void ReadFrom(int* end, std::string* text) {
    char bytes[1 << 16];
    const ssize_t count = read(*end, bytes, sizeof bytes);
    if (count > 0) text->append(bytes, static_cast<std::size_t>(count));
    if (count == 0) close(std::exchange(*end, -1));
  }

  // Its output has ended in the middle of an answer of `size` bytes.
  [[noreturn]] void ThrowItsEnd(std::size_t size) {
    int status = 0;
    const auto deadline = Clock::now() + kLastWords;
    pid_t ended = 0;
    while (ended != process_ && Clock::now() < deadline) {
      ended = waitpid(process_, &status, WNOHANG);
      Exchange(std::chrono::milliseconds(ended == process_ ? 0 : 1));
    }
    if (ended != process_) {
      throw CallFailed(Misbehaviour::stdout_closed, "closed standard output, where its answers belong");
    }
    const std::string said = LastLine();
    // A shell whose command was killed by a signal says so by its status.
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - 128;
    if (signal == SIGKILL) {
      throw CallFailed(Misbehaviour::crash, "was killed, by itself or by the system for want of memory" + said);
    }
    if (signal > 0 && sigabbrev_np(signal) != nullptr) {
      throw CallFailed(Misbehaviour::crash, fmt::format("crashed: SIG{}{}", sigabbrev_np(signal), said));
    }
    if (!received_.empty()) {
      throw CallFailed(Misbehaviour::malformed_reply,
                       fmt::format("answered with {} bytes of {} and ended{}", received_.size(), size, said));
    }
    throw CallFailed(Misbehaviour::exit, fmt::format("ended with status {}{}", WEXITSTATUS(status), said));
  }

  // The last that it wrote to standard error, as the end of a sentence.
  std::string LastLine() const {
    std::string_view text = last_errors_;
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    if (text.empty()) return "";
    text = text.substr(text.rfind('\n') + 1).substr(0, 200);
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return fmt::format(" ({})", line);
  }

  const Declaration declaration_;
  const Sandbox::Limits limits_;
  pid_t process_ = -1;
  int in_ = -1, out_ = -1, errors_ = -1;  // its standard input, output and error
  std::string to_send_;
  std::size_t sent_ = 0;
  std::string received_;
  std::string last_errors_;
};

}  // namespace

Sandbox::Function StartProcess(const std::string& command, const Declaration& declaration,
                               const Sandbox::Limits& limits) {
  const auto process = std::make_shared<Process>(command, declaration, limits);
  return [process](Sandbox::Buffers buffers, std::span<const std::uint64_t> scalars) {
    return process->Call(buffers, scalars);
  };
}

}  // namespace softmax_verify
