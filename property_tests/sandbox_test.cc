// Whatever a function does, the parent survives, names it, and goes on.
#include "verify/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cfenv>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace softmax_verify {
namespace {

using Buffers = Sandbox::Buffers;
using Scalars = std::span<const std::uint64_t>;
using Bytes = std::vector<unsigned char>;

constexpr Sandbox::Limits kLimits = {.seconds = 2, .bytes = std::uint64_t{3} << 26, .seconds_to_load = 2};

unsigned char* At(Buffers buffers, std::size_t i) { return buffers[i].data(); }

// x of 40 bytes, read alone; y of 24.
std::vector<SandboxBuffer> Operands() {
  return {{"x", Bytes(40, 7), false, 0}, {"y", Bytes(24, 1), true, 0}};
}

// A well-behaved function, and scalars[0] != 0 makes it misbehave.
void Copy(Buffers buffers) { std::memcpy(At(buffers, 1), At(buffers, 0), 24); }

Sandbox::Function When(void (*misbehave)(Buffers)) {
  return [misbehave](Buffers buffers, Scalars scalars) -> std::uint64_t {
    if (scalars[0] != 0) misbehave(buffers);
    Copy(buffers);
    return 42;
  };
}

struct Misdeed {
  Misbehaviour kind;
  const char* what;  // a part of it
  bool fatal;
  void (*misbehave)(Buffers);
  SandboxOptions options = {};
};

class Deeds : public testing::TestWithParam<Misdeed> {};

void Read(const volatile unsigned char* byte) {
  const unsigned char value = *byte;
  static_cast<void>(value);
}

[[gnu::noinline]] volatile char* Allocate() {
  void* volatile memory = std::malloc(1 << 24);
  return static_cast<volatile char*>(memory);
}

[[gnu::noinline]] void Overflow(volatile char* before, long depth) {
  volatile char here[4096];
  here[0] = *before;
  if (depth > 0) Overflow(here, depth - 1);
  here[1] = here[0];
}

const std::vector<Misdeed>& AllMisdeeds() {
  using M = Misbehaviour;
  static const std::vector<Misdeed> all = {
      {M::crash, "crashed: SIGSEGV at address 0x10", true, [](Buffers) { volatile std::uintptr_t nowhere = 16; Read(reinterpret_cast<unsigned char*>(nowhere)); }},
      {M::crash, "crashed: SIGABRT", true, [](Buffers) { std::abort(); }},
      {M::crash, "crashed: SIGFPE", true, [](Buffers) { raise(SIGFPE); }},
      {M::crash, "crashed: SIGSEGV", true, [](Buffers) { volatile char c = 0; Overflow(&c, 1L << 40); }},
      {M::hang, "was still running after 2 s", true, [](Buffers) { for (;;) asm volatile(""); }},
      {M::exit, "ended the process with status 3", true, [](Buffers) { std::exit(3); }},
      {M::exit, "ended the process with status 0", true, [](Buffers) { _exit(0); }},
      {M::exception, "threw an exception: no luck", true, [](Buffers) { throw std::runtime_error("no luck"); }},
      {M::exception, "threw an exception: of no standard type", true, [](Buffers) { throw 5; }},
      {M::out_of_memory, "threw std::bad_alloc", true,
       [](Buffers) { for (;;) *static_cast<volatile char*>(::operator new(1 << 24)) = 1; }},
      {M::out_of_memory, "and then crashed: SIGSEGV", true,
       [](Buffers) { for (;;) *static_cast<volatile char*>(std::malloc(1 << 20)) = 1; }},
      {M::out_of_memory, "had taken more than half of 0.188 GiB after 2 s", true,
       [](Buffers) { for (int i = 0; i < 8; ++i) *Allocate() = 1; for (;;) pause(); }},
      {M::out_of_memory, "gave nothing back", false, [](Buffers) { while (Allocate() != nullptr) {} }},
      {M::out_of_bounds_read, "read byte 40 of x, which has 40", true, [](Buffers b) { Read(At(b, 0) + 40); },
       {.edge = SandboxOptions::Edge::high, .place = 0, .poison = 1, .linger = 0}},
      {M::out_of_bounds_read, "read byte -1 of x, in front of it", true, [](Buffers b) { Read(At(b, 0) - 1); },
       {.edge = SandboxOptions::Edge::low, .place = 0, .poison = 1, .linger = 0}},
      {M::out_of_bounds_write, "wrote to byte 24 of y, which has 24", true, [](Buffers b) { At(b, 1)[24] = 0; }},
      {M::out_of_bounds_write, "wrote to byte 26 of y, which has 24", false, [](Buffers b) { At(b, 1)[26] = 0; },
       {.edge = SandboxOptions::Edge::padded, .place = 0, .poison = 0x5A, .linger = 0}},
      {M::input_modified, "wrote to byte 5 of x, which is only to be read", true, [](Buffers b) { At(b, 0)[5] = 0; }},
      {M::fp_environment, "left the rounding mode", false, [](Buffers) { std::fesetround(FE_UPWARD); }},
      {M::stdout_closed, "closed or replaced standard output", false, [](Buffers) { close(STDOUT_FILENO); }},
      {M::stdout_closed, "closed or replaced standard output", false,
       [](Buffers) { dup2(open("/dev/zero", O_RDONLY), STDOUT_FILENO); }},
      {M::stdout_closed, "closed every file", true, [](Buffers) { for (int i = 0; i < 1024; ++i) close(i); }},
      {M::late_write, "wrote to byte 9 of y after it had come back", false,
       [](Buffers b) {
         std::thread([y = At(b, 1)] {
           usleep(30000);
           y[9] = 99;
         }).detach();
       },
       {.edge = SandboxOptions::Edge::high, .place = 0, .poison = 1, .linger = 0.2}},
      {M::hang, "was still running after 2 s", true, [](Buffers) { kill(getpid(), SIGSTOP); }},
      {M::malformed_reply, "said so", true, [](Buffers) { throw CallFailed(Misbehaviour::malformed_reply, "said so"); }},
  };
  return all;
}
INSTANTIATE_TEST_SUITE_P(Sandbox, Deeds, testing::ValuesIn(AllMisdeeds()),
                         [](const auto& info) { return testing::PrintToString(info.index).append("_").append(Name(info.param.kind)); });

TEST_P(Deeds, AreNamedAndLifeGoesOn) {
  const Misdeed& deed = GetParam();
  // The last bytes of operands at the page: x of 40 bytes at 24 modulo 64, y of 24 at 40.
  const auto make = [&] {
    std::vector<SandboxBuffer> buffers = Operands();
    if (deed.options.edge == SandboxOptions::Edge::high) {
      buffers[0].alignment = 24;
      buffers[1].alignment = 40;
    }
    return buffers;
  };
  Sandbox sandbox([&] { return When(deed.misbehave); }, kLimits);
  const auto expect_good = [&] {
    std::vector<SandboxBuffer> buffers = make();
    const std::uint64_t behave[] = {0};
    const Sandbox::Result result = sandbox.Call(buffers, behave);
    EXPECT_TRUE(result.returned);
    EXPECT_EQ(result.value, 42u);
    EXPECT_EQ(buffers[1].contents, Bytes(24, 7));
    for (const Finding& finding : result.findings) ADD_FAILURE() << Name(finding.kind) << ": " << finding.what;
  };
  expect_good();
  std::vector<SandboxBuffer> buffers = make();
  const std::uint64_t misbehave[] = {1};
  const Sandbox::Result result = sandbox.Call(buffers, misbehave, deed.options);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(Name(result.findings[0].kind), Name(deed.kind)) << result.findings[0].what;
  EXPECT_NE(result.findings[0].what.find(deed.what), std::string::npos) << result.findings[0].what;
  EXPECT_EQ(result.findings[0].fatal, deed.fatal);
  EXPECT_EQ(result.returned, !deed.fatal);
  expect_good();
  expect_good();
}

TEST(Sandbox, KeepsPointersForAPlaceAndAlignsThem) {
  Sandbox sandbox([] {
    return [](Buffers buffers, Scalars) { return reinterpret_cast<std::uint64_t>(At(buffers, 0)); };
  }, kLimits);
  for (const auto edge : {SandboxOptions::Edge::high, SandboxOptions::Edge::low, SandboxOptions::Edge::padded}) {
    for (std::size_t alignment = 0; alignment < 64; ++alignment) {
      for (const std::size_t size : {0u, 1u, 40u, 64u, 5000u}) {
        std::vector<SandboxBuffer> buffers = {{"x", Bytes(size, 7), false, alignment}};
        std::uint64_t address[4];
        for (unsigned k = 0; k < 4; ++k) address[k] = sandbox.Call(buffers, {}, {.edge = edge, .place = k % 2}).value;
        EXPECT_EQ(address[0] % 64, alignment) << size;
        EXPECT_EQ(address[0], address[2]);
        EXPECT_EQ(address[1], address[3]);
        EXPECT_NE(address[0], address[1]);
      }
    }
  }
  EXPECT_EQ(sandbox.Children(), 1u);
}

TEST(Sandbox, RemembersNothingAfterARestart) {
  Sandbox sandbox([] {
    return [calls = 0](Buffers, Scalars) mutable { return static_cast<std::uint64_t>(++calls); };
  }, kLimits);
  EXPECT_EQ(sandbox.Call({}, {}).value, 1u);
  EXPECT_EQ(sandbox.Call({}, {}).value, 2u);
  sandbox.Restart();
  EXPECT_EQ(sandbox.Call({}, {}).value, 1u);
}

TEST(Sandbox, SeesALateWriteThroughTheNextCall) {
  Sandbox sandbox([] { return When([](Buffers b) {
                         std::thread([y = At(b, 1)] {
                           usleep(20000);
                           y[3] = 99;
                         }).detach();
                       }); }, kLimits);
  std::vector<SandboxBuffer> buffers = Operands();
  const std::uint64_t misbehave[] = {1}, behave[] = {0};
  EXPECT_TRUE(sandbox.Call(buffers, misbehave).findings.empty());
  usleep(200000);
  const Sandbox::Result next = sandbox.Call(buffers, behave);
  ASSERT_EQ(next.findings.size(), 1u);
  EXPECT_EQ(next.findings[0].kind, Misbehaviour::late_write);
  EXPECT_TRUE(next.returned);
}

TEST(Sandbox, TellsWhatLoadingDoes) {
  const auto load = [](void (*act)()) {
    Sandbox sandbox([act]() -> Sandbox::Function {
      act();
      return [](Buffers, Scalars) { return std::uint64_t{1}; };
    }, kLimits);
    return sandbox.Call({}, {});
  };
  EXPECT_THROW(load([] { throw std::runtime_error("no such symbol"); }), LoadError);
  const Sandbox::Result rounding = load([] { std::fesetround(FE_DOWNWARD); });
  ASSERT_EQ(rounding.findings.size(), 1u);
  EXPECT_EQ(rounding.findings[0].kind, Misbehaviour::fp_environment);
  EXPECT_NE(rounding.findings[0].what.find("while it was loaded"), std::string::npos);
  EXPECT_TRUE(rounding.returned);
  const Sandbox::Result crash = load([] { std::abort(); });
  ASSERT_EQ(crash.findings.size(), 1u);
  EXPECT_EQ(crash.findings[0].what, "crashed: SIGABRT while the library was loaded");
  const Sandbox::Result hang = load([] { pause(); });
  ASSERT_EQ(hang.findings.size(), 1u);
  EXPECT_EQ(hang.findings[0].kind, Misbehaviour::hang);
}

// Later children hold copies of the files of earlier ones.
TEST(Sandbox, EndsBesideOthers) {
  const auto load = [] { return [](Buffers, Scalars) { return std::uint64_t{1}; }; };
  auto first = std::make_unique<Sandbox>(load, kLimits);
  Sandbox second(load, kLimits);
  EXPECT_TRUE(second.Call({}, {}).returned);
  EXPECT_TRUE(first->Call({}, {}).returned);
  first.reset();
  EXPECT_TRUE(second.Call({}, {}).returned);
}

// Not even in a session of its own.
TEST(Sandbox, LeavesNoProcessBehind) {
  std::vector<SandboxBuffer> buffers = {{"y", Bytes(sizeof(pid_t)), true, 0}};
  {
    Sandbox sandbox([] {
      return [](Buffers y, Scalars) -> std::uint64_t {
        const pid_t pid = fork();
        if (pid == 0) {
          setsid();
          for (;;) pause();
        }
        std::memcpy(At(y, 0), &pid, sizeof pid);
        return 0;
      };
    }, kLimits);
    EXPECT_TRUE(sandbox.Call(buffers, {}).returned);
  }
  pid_t pid = 0;
  std::memcpy(&pid, buffers[0].contents.data(), sizeof pid);
  ASSERT_GT(pid, 1);
  EXPECT_EQ(kill(pid, 0), -1) << pid;
}

// A function that does so every time costs a few limits, not one for every call.
TEST(Sandbox, GivesUpOnWhatHangsAllTheTime) {
  Sandbox sandbox([] { return [](Buffers, Scalars) -> std::uint64_t { for (;;) pause(); }; }, {.seconds = 0.2});
  for (int i = 0; i < 1000; ++i) {
    const Sandbox::Result result = sandbox.Call({}, {});
    ASSERT_EQ(result.findings.size(), 1u);
    EXPECT_EQ(result.findings[0].kind, Misbehaviour::hang);
  }
  EXPECT_LE(sandbox.Children(), 5u);
}

}  // namespace
}  // namespace softmax_verify
