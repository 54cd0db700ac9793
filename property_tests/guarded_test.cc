// Stray accesses are seen, and a child's end of any kind comes back as what it was.
#include "verify/guarded.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace softmax_verify {
namespace {

using Edge = GuardedBuffer::Edge;
using Kind = ChildResult::Kind;
using Bytes = std::vector<unsigned char>;

// The result of touching the byte at `offset` of a buffer.
ChildResult Touch(const GuardedBuffer& buffer, std::ptrdiff_t offset, bool write) {
  return RunInChild(
      [&]() -> Bytes {
        volatile unsigned char* byte = buffer.data() + offset;
        if (write) *byte = 1;
        return {*byte};
      },
      10);
}

TEST(GuardedBuffer, IsSurroundedByPagesThatFault) {
  for (const std::size_t size : {1u, 3u, 64u, 4096u, 5000u}) {
    const auto end = static_cast<std::ptrdiff_t>(size);
    const GuardedBuffer high(size, Edge::high), low(size, Edge::low);
    EXPECT_EQ(Touch(high, end - 1, true).kind, Kind::returned);
    EXPECT_EQ(Touch(low, 0, true).kind, Kind::returned);
    for (const bool write : {false, true}) {
      const ChildResult after = Touch(high, end, write);
      EXPECT_EQ(after.kind, Kind::signalled);
      EXPECT_EQ(after.number, SIGSEGV);
      ASSERT_TRUE(after.fault_address);
      EXPECT_EQ(high.OffsetOf(*after.fault_address), end);
      const ChildResult before = Touch(low, -1, write);
      EXPECT_EQ(before.kind, Kind::signalled);
      ASSERT_TRUE(before.fault_address);
      EXPECT_EQ(low.OffsetOf(*before.fault_address), -1);
    }
  }
}

TEST(GuardedBuffer, OfNothingCannotBeTouched) {
  for (const Edge edge : {Edge::high, Edge::low}) {
    const GuardedBuffer empty(0, edge);
    ASSERT_NE(empty.data(), nullptr);
    EXPECT_EQ(Touch(empty, 0, false).kind, Kind::signalled);
    EXPECT_EQ(Touch(empty, -1, false).kind, Kind::signalled);
  }
}

TEST(GuardedBuffer, CanBeMadeReadOnly) {
  GuardedBuffer buffer(100, Edge::high);
  buffer.MakeReadOnly();
  EXPECT_EQ(Touch(buffer, 50, false).kind, Kind::returned);
  const ChildResult written = Touch(buffer, 50, true);
  EXPECT_EQ(written.kind, Kind::signalled);
  EXPECT_EQ(buffer.OffsetOf(written.fault_address.value()), 50);
}

TEST(GuardedBuffer, HasRoomAroundAndBecomesAsItWas) {
  for (const Edge edge : {Edge::high, Edge::low}) {
    GuardedBuffer buffer(40, edge, 8, 0x11, 8192);
    EXPECT_EQ(Touch(buffer, 40 + 8191, true).kind, Kind::returned);
    EXPECT_EQ(Touch(buffer, -8192, true).kind, Kind::returned);
    buffer.data()[-5000] = 1;
    EXPECT_EQ(buffer.StrayWrite(), -5000);
    buffer.MakeReadOnly();
    buffer.Reset(0x22);
    EXPECT_FALSE(buffer.StrayWrite());
    EXPECT_EQ(buffer.data()[0], 0x22);
    buffer.data()[39] = 1;
  }
}

TEST(GuardedBuffer, NoticesWritesBesideTheContents) {
  for (const Edge edge : {Edge::high, Edge::low}) {
    for (const std::size_t distance : {1u, 2u, 60u}) {
      GuardedBuffer buffer(40, edge, distance, 0x3C);
      EXPECT_FALSE(buffer.StrayWrite());
      for (std::size_t i = 0; i < buffer.size(); ++i) buffer.data()[i] = 0;
      EXPECT_FALSE(buffer.StrayWrite());
      buffer.data()[edge == Edge::high ? 40 : -1] = 0;
      EXPECT_EQ(buffer.StrayWrite(), edge == Edge::high ? 40 : -1);
    }
  }
}

TEST(GuardedBuffer, TakesEveryAlignment) {
  std::vector<bool> seen(64, false);
  for (std::size_t distance = 0; distance < 64; ++distance) {
    const GuardedBuffer buffer(10, Edge::high, distance);
    seen[reinterpret_cast<std::uintptr_t>(buffer.data()) % 64] = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 64);
}

TEST(RunInChild, BringsBackMoreThanAPipeHolds) {
  const Bytes expected(1000000, 7);
  const ChildResult result = RunInChild([&] { return expected; }, 10);
  EXPECT_EQ(result.kind, Kind::returned);
  EXPECT_EQ(result.bytes, expected);
  EXPECT_TRUE(RunInChild([] { return Bytes{}; }, 10).bytes.empty());
}

TEST(RunInChild, LeavesThisProcessAlone) {
  int value = 1;
  RunInChild(
      [&] {
        value = 2;
        return Bytes{};
      },
      10);
  EXPECT_EQ(value, 1);
}

TEST(RunInChild, TellsHowAChildEnded) {
  const auto describe = [](const std::function<Bytes()>& body, double seconds) {
    return Describe(RunInChild(body, seconds), seconds);
  };
  EXPECT_EQ(describe([] { return Bytes{}; }, 10), "returned");
  EXPECT_EQ(describe([]() -> Bytes { std::abort(); }, 10), "killed by SIGABRT");
  EXPECT_EQ(describe(
                []() -> Bytes {
                  raise(SIGFPE);
                  return {};
                },
                10),
            "killed by SIGFPE");
  EXPECT_EQ(describe([]() -> Bytes { _exit(3); }, 10), "exited with status 3");
  EXPECT_EQ(describe([]() -> Bytes { _exit(0); }, 10), "exited with status 0");
  EXPECT_EQ(describe(
                []() -> Bytes {
                  for (;;) pause();
                },
                0.2),
            "still running after 0.2 s");
  EXPECT_THROW(RunInChild([]() -> Bytes { throw std::runtime_error("said so"); }, 10), std::runtime_error);
}

TEST(RunInChild, WorksInsideAChild) {
  const ChildResult outer = RunInChild([] { return RunInChild([] { return Bytes{42}; }, 10).bytes; }, 10);
  EXPECT_EQ(outer.kind, Kind::returned);
  EXPECT_EQ(outer.bytes, Bytes{42});
}

TEST(RunInChild, WorksFromSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::vector<int> ended(8, 0);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        // Half of the children hang: the others must not be kept waiting for them.
        const bool hangs = t % 2 == 0 && i < 2;
        const ChildResult result = RunInChild(
            [&]() -> Bytes {
              for (;;) {
                if (!hangs) return {1};
                pause();
              }
            },
            hangs ? 1 : 20);
        ended[t] += result.kind == (hangs ? Kind::timed_out : Kind::returned);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ended, std::vector<int>(8, 20));
}

}  // namespace
}  // namespace softmax_verify
