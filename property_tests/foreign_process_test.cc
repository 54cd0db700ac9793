// Kernels in other processes: whatever they do, it has its name, and nothing stays behind.
#include "verify/foreign_process.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <string>
#include <vector>

namespace softmax_verify {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr Sandbox::Limits kLimits = {.seconds = 2, .bytes = std::uint64_t{3} << 26, .seconds_to_load = 20};
constexpr const char* kDeclaration = "int softmax(const float* x, float* y, int rows, int cols)";

std::string InShell(const std::string& command) { return fmt::format("sh -c \"{}\"", command); }
std::string Command(const std::string& deed) { return fmt::format("'{}' '{}' {}", SV_PYTHON, SV_PROCESS, deed); }

Sandbox MakeSandbox(const std::string& command, const char* declaration = kDeclaration,
                    const Sandbox::Limits& limits = kLimits) {
  return Sandbox(
      [command, plan = ParseDeclaration(declaration), limits] { return StartProcess(command, plan, limits); }, limits);
}

// x and y of 6 numbers, and their scalars.
std::vector<SandboxBuffer> Operands() { return {{"x", Bytes(24, 1), false, 0}, {"y", Bytes(24, 2), true, 0}}; }
const std::vector<std::uint64_t> kScalars = {0, 0, 2, 3};

bool IsAlive(std::uint64_t pid) { return kill(static_cast<pid_t>(pid), 0) == 0; }

struct Misdeed {
  const char* deed;
  Misbehaviour kind;
  const char* what;  // a part of it
  bool in_shell = false;
};

class Deeds : public testing::TestWithParam<Misdeed> {};

const std::vector<Misdeed>& AllMisdeeds() {
  using M = Misbehaviour;
  static const std::vector<Misdeed> all = {
      {"crash", M::crash, "crashed: SIGSEGV"},
      {"crash; exit $?", M::crash, "crashed: SIGSEGV", true},
      {"be_killed", M::crash, "was killed, by itself or by the system for want of memory"},
      {"exit", M::exit, "ended with status 1 (no luck)"},
      {"raise", M::exit, "ended with status 1 (ZeroDivisionError: "},
      {"hang", M::hang, "was still running after "},
      {"hang; true", M::hang, "was still running after ", true},
      {"tell", M::exception, "threw an exception: ValueError: no luck"},
      {"tell_at_length", M::malformed_reply, "announced a message of 1000000000000 bytes; 10000 are allowed"},
      {"allocate", M::out_of_memory, "had taken more than 0.188 GiB"},
      {"allocate; true", M::out_of_memory, "had taken more than 0.188 GiB", true},
      {"answer_shortly_and_end", M::malformed_reply, "answered with 20 bytes of 36 and ended"},
      {"answer_shortly", M::malformed_reply, "answered with 20 bytes of 36 and no more in 2 s"},
      {"answer_at_length", M::malformed_reply, "answered with 3 bytes more than the 36 of an answer"},
      {"talk", M::malformed_reply, "wrote 'softmax of 4 numbers.DON...' where DONE belongs"},
      {"talk_without_end", M::malformed_reply, "wrote 'hello hello "},
      {"close_output", M::stdout_closed, "closed standard output"},
      {"close_input", M::hang, "was still running"},
  };
  return all;
}
INSTANTIATE_TEST_SUITE_P(Process, Deeds, testing::ValuesIn(AllMisdeeds()),
                         [](const auto& info) { return fmt::format("{}_{}", info.index, Name(info.param.kind)); });

TEST_P(Deeds, AreNamedAndLifeGoesOn) {
  const std::string command = Command(GetParam().deed);
  Sandbox sandbox = MakeSandbox(GetParam().in_shell ? InShell(command) : command);
  std::vector<SandboxBuffer> buffers = Operands();
  const Sandbox::Result good = sandbox.Call(buffers, kScalars);
  ASSERT_TRUE(good.returned) << (good.findings.empty() ? "" : good.findings[0].what);
  EXPECT_TRUE(good.findings.empty());
  EXPECT_EQ(buffers[1].contents, Bytes(24, 7));
  EXPECT_TRUE(IsAlive(good.value));
  const Sandbox::Result bad = sandbox.Call(buffers, kScalars);
  ASSERT_EQ(bad.findings.size(), 1u);
  EXPECT_EQ(bad.findings[0].kind, GetParam().kind) << bad.findings[0].what;
  EXPECT_NE(bad.findings[0].what.find(GetParam().what), std::string::npos) << bad.findings[0].what;
  EXPECT_TRUE(bad.findings[0].fatal);
  EXPECT_FALSE(bad.returned);
  if (GetParam().kind == Misbehaviour::exception) {  // which the process has survived
    EXPECT_TRUE(IsAlive(good.value));
    const Sandbox::Result again = sandbox.Call(buffers, kScalars);
    ASSERT_EQ(again.findings.size(), 1u);
    EXPECT_EQ(again.findings[0].what, bad.findings[0].what);
    return;
  }
  EXPECT_FALSE(IsAlive(good.value));
  const Sandbox::Result next = sandbox.Call(buffers, kScalars);
  EXPECT_TRUE(next.returned);
  EXPECT_NE(next.value, good.value);
}

TEST(Process, IsHeardWhenItTalksBetweenCalls) {
  Sandbox sandbox = MakeSandbox(Command("talk_afterwards"));
  std::vector<SandboxBuffer> buffers = Operands();
  EXPECT_TRUE(sandbox.Call(buffers, kScalars).returned);
  EXPECT_TRUE(sandbox.Call(buffers, kScalars).returned);
  usleep(300000);
  const Sandbox::Result late = sandbox.Call(buffers, kScalars);
  ASSERT_EQ(late.findings.size(), 1u);
  EXPECT_EQ(late.findings[0].what, "wrote 'done.' without being asked");
}

TEST(Process, LeavesNoProcessBehind) {
  std::uint64_t process = 0, left = 0;
  {
    Sandbox sandbox = MakeSandbox(Command("leave_a_process"));
    std::vector<SandboxBuffer> buffers = Operands();
    process = sandbox.Call(buffers, kScalars).value;
    left = sandbox.Call(buffers, kScalars).value;
    EXPECT_TRUE(IsAlive(process));
    EXPECT_TRUE(IsAlive(left));
  }
  EXPECT_FALSE(IsAlive(process));
  EXPECT_FALSE(IsAlive(left));
}

TEST(Process, IsToldEveryArgument) {
  Sandbox sandbox = MakeSandbox(
      Command("repeat"),
      "int softmax(const _Float16* x, _Float16* y, short ldx, unsigned char rows, size_t cols, float scale, "
      "bool fast = true, long threads = -3, const void* context = nullptr, double gain = 0.25, "
      "void* workspace, size_t workspace_bytes = 400)");
  std::vector<SandboxBuffer> buffers = {
      {"x", Bytes(12, 1), false, 0}, {"y", {}, true, 0}, {"workspace", Bytes(400, 2), true, 0}};
  const std::vector<std::uint64_t> scalars = {0, 0,
                                              5, 2,
                                              3, std::bit_cast<std::uint64_t>(0.5),
                                              1, static_cast<std::uint64_t>(-3),
                                              0, std::bit_cast<std::uint64_t>(0.25),
                                              0, 400};
  EXPECT_TRUE(sandbox.Call(buffers, scalars).returned);
  const Sandbox::Result result = sandbox.Call(buffers, scalars);
  ASSERT_TRUE(result.returned);
  EXPECT_EQ(static_cast<std::int64_t>(result.value), -5);
  const std::string text(buffers[2].contents.begin(), buffers[2].contents.end());
  EXPECT_EQ(text.substr(0, text.find("  ")),
            "ce601010101 we0 ih5 iB2 iQ3 rf0.5 i?1 iq18446744073709551613 nB0 rd0.25 wB40007070707 iQ400");
}

// More than any pipe holds, in both directions.
TEST(Process, TakesAndGivesMegabytes) {
  Sandbox sandbox = MakeSandbox(Command("behave"), kDeclaration, {.seconds = 20});
  std::vector<SandboxBuffer> buffers = {{"x", Bytes(1 << 24, 1), false, 0}, {"y", Bytes(1 << 24, 2), true, 0}};
  for (int call = 0; call < 2; ++call) {
    ASSERT_TRUE(sandbox.Call(buffers, kScalars).returned);
    EXPECT_EQ(buffers[1].contents, Bytes(1 << 24, 7));
  }
}

TEST(Process, ThatDoesNotGetReadyCannotBeLoaded) {
  const auto reason = [](const std::string& command, double seconds) -> std::string {
    Sandbox::Limits limits = kLimits;
    limits.seconds_to_load = seconds;
    Sandbox sandbox = MakeSandbox(command, kDeclaration, limits);
    std::vector<SandboxBuffer> buffers = Operands();
    try {
      return sandbox.Call(buffers, kScalars).returned ? "it has started" : "it was found to misbehave";
    } catch (const LoadError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(reason("no-such-program --fast", 5),
            "cannot start 'no-such-program' of the command 'no-such-program --fast': No such file or directory");
  EXPECT_EQ(reason("python3 a.py; true", 5),
            "the command 'python3 a.py; true' has a ';', which is a shell's; say sh -c '...'");
  EXPECT_EQ(reason("python3 'a.py", 5), "the command 'python3 'a.py' has a ' that does not end");
  EXPECT_EQ(reason(" ", 5), "the command is empty; wanted is one like 'python3 my_kernel.py'");
  const std::string advice = "as soon as it has started it has to write SOFTMAX1 to its standard output";
  for (const auto& [command, what, seconds] : std::vector<std::tuple<std::string, std::string, double>>{
           {InShell("no-such-program --fast"), "ended with status 127 (sh: 1: no-such-program: not found)", 5},
           {fmt::format("'{}' /nowhere/softmax.py", SV_PYTHON), "No such file or directory", 5},
           {"true", "ended with status 0", 5},
           {InShell("kill -SEGV $$"), "crashed: SIGSEGV", 5},
           {Command("greet"), "wrote 'hello.", 5},
           {"cat", "was still running after 1 s", 1},
           {InShell("printf SOFT; sleep 100"), "answered with 4 bytes of 8 and no more in 1 s", 1},
           {"printf SOFT", "answered with 4 bytes of 8 and ended", 5},
       }) {
    const std::string said = reason(command, seconds);
    EXPECT_NE(said.find(what), std::string::npos) << said;
    EXPECT_NE(said.find(advice), std::string::npos) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace softmax_verify
