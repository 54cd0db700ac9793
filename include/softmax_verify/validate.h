// The verdict on a kernel of your own, inside your own test:
//
//   const auto verdict =
//       softmax_verify::Validate(my_softmax, "void my_softmax(const float* x, float* y, size_t rows, size_t cols)");
//   EXPECT_TRUE(verdict.passed()) << verdict;
//
// The kernel is anything that can be called with pointers and numbers: a function, a lambda, a function object,
// std::function. The declaration says by the names of its arguments what they are for; it is the one that
// `softmax-verify validate` takes (docs/validate_your_kernel.md). Link with SoftmaxVerify::validate. C++17 and its
// library are all that this header needs.
//
// The kernel runs in child processes that are forked from this one as it is at the call. What it does to variables does
// not come back, and what it breaks stays there. A child has one thread, that of the call: a thread pool whose threads
// were started before the call is not there, and a lock that another thread held at that moment stays locked; both look
// like a hang. So make the call before the test starts threads (OpenMP starts its own with the first parallel region),
// and one call at a time.
#ifndef SOFTMAX_VERIFY_VALIDATE_H_
#define SOFTMAX_VERIFY_VALIDATE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#define SOFTMAX_VERIFY_API __attribute__((visibility("default")))

namespace softmax_verify {

// The options of `softmax-verify validate`, in its words.
struct ValidateOptions {
  std::string op;                                 // "log_softmax"; "": what the declaration says
  std::string dtype;                              // "bf16": of uint16_t* and void*
  std::string accumulation = "sequential";        // "lanes:8", "pairwise", "compensated", "wide", "native"
  double exp_ulp = 2;                             // the error of the exponential
  std::map<std::string, std::string> roles;       // {{"input", "x"}}
  std::map<std::string, std::string> expect;      // {{"pos_inf", "nan"}}
  std::map<std::string, std::string> parameters;  // {{"scale", "0.125"}}: those that the kernel applies by itself
  std::uint64_t seed = 1;
  std::string effort = "normal";  // a minute; "quick": seconds; "thorough"
  std::string failures;           // a directory for files on what failed; "": none are written
};

// What came of it.
class KernelVerdict {
 public:
  // Every check passed.
  bool passed() const { return passed_; }
  // As the command line prints it: what failed, with its shrunk row.
  const std::string& text() const { return text_; }
  const std::string& json() const { return json_; }
  const std::string& junit() const { return junit_; }

  KernelVerdict(bool passed, std::string text, std::string json, std::string junit)
      : passed_(passed), text_(std::move(text)), json_(std::move(json)), junit_(std::move(junit)) {}

 private:
  bool passed_;
  std::string text_, json_, junit_;
};
inline std::ostream& operator<<(std::ostream& out, const KernelVerdict& verdict) { return out << verdict.text(); }

namespace internal {

// A type as far as a call depends on it; what a pointer points to may be of any other type, of which the size counts.
struct CallableType {
  enum class Kind { nothing, boolean, integer, floating, other };
  Kind kind;
  std::size_t bytes;
  bool is_signed, is_pointer, is_const;  // is_const: what it points to
};

template <typename T, typename = void>
struct Underlying {
  using type = T;
};
template <typename T>
struct Underlying<T, std::enable_if_t<std::is_enum_v<T>>> {
  using type = std::underlying_type_t<T>;
};

// 0 where it is not known.
template <typename T, typename = void>
constexpr std::size_t kSize = 0;
template <typename T>
constexpr std::size_t kSize<T, std::enable_if_t<std::is_object_v<T> && (sizeof(T) > 0)>> = sizeof(T);

template <typename T>
constexpr CallableType Describe(bool is_pointer, bool is_const) {
  using Kind = CallableType::Kind;
  constexpr bool is_floating = std::is_same_v<T, float> || std::is_same_v<T, double>;
  constexpr Kind kind = kSize<T> == 0             ? Kind::nothing
                        : std::is_same_v<T, bool> ? Kind::boolean
                        : std::is_integral_v<T>   ? Kind::integer
                        : is_floating             ? Kind::floating
                                                  : Kind::other;
  return {kind, kSize<T>, std::is_signed_v<T>, is_pointer, is_const};
}

template <typename T>
constexpr CallableType TypeOf() {
  if constexpr (std::is_pointer_v<T>) {
    using Pointee = std::remove_pointer_t<T>;
    return Describe<typename Underlying<std::remove_cv_t<Pointee>>::type>(true, std::is_const_v<Pointee>);
  } else {
    static_assert(std::is_void_v<T> || std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, float> ||
                      std::is_same_v<T, double>,
                  "a kernel takes pointers, integers, float and double by value, and returns one of them or nothing");
    return Describe<typename Underlying<T>::type>(false, false);
  }
}

// An argument from its word: the address, the integer, or the bits of a double.
template <typename T>
T FromWord(std::uint64_t word) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<T>(static_cast<std::uintptr_t>(word));
  } else if constexpr (std::is_floating_point_v<T>) {
    double value;
    std::memcpy(&value, &word, sizeof value);
    return static_cast<T>(value);
  } else {
    return static_cast<T>(word);
  }
}

template <typename T>
std::uint64_t ToWord(T result) {
  if constexpr (std::is_floating_point_v<T>) {
    const double value = result;
    std::uint64_t word;
    std::memcpy(&word, &value, sizeof word);
    return word;
  } else {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(result));
  }
}

// A kernel whose types are data: one word for each argument, and one that it returns.
struct Callable {
  std::vector<CallableType> arguments;
  CallableType result;
  std::function<std::uint64_t(const std::uint64_t* words)> call;
};

template <typename Result, typename... Arguments>
struct Signature {
  template <typename Function, std::size_t... I>
  static Callable Wrap(Function function, std::index_sequence<I...>) {
    static_assert(!std::is_pointer_v<Result>, "a kernel returns nothing, a status, or the logsumexp of one row");
    const auto call = [function](const std::uint64_t* words) mutable {
      static_cast<void>(words);  // of a kernel without arguments
      if constexpr (std::is_void_v<Result>) {
        function(FromWord<Arguments>(words[I])...);
        return std::uint64_t{0};
      } else {
        return ToWord<Result>(function(FromWord<Arguments>(words[I])...));
      }
    };
    return {{TypeOf<Arguments>()...}, TypeOf<Result>(), call};
  }
  template <typename Function>
  static Callable Wrap(Function function) {
    return Wrap(std::move(function), std::index_sequence_for<Arguments...>());
  }
};

// The signature of a function pointer, or of the one call operator of an object.
template <typename T, typename = void>
struct SignatureOf {
  static_assert(sizeof(T) == 0,
                "the kernel must be callable in one way: a function, or an object whose one operator() is no template");
};
template <typename T>
struct SignatureOf<T, std::void_t<decltype(&T::operator())>> : SignatureOf<decltype(&T::operator())> {};
#define SOFTMAX_VERIFY_SIGNATURE(QUALIFIERS)                       \
  template <typename Self, typename Result, typename... Arguments> \
  struct SignatureOf<Result (Self::*)(Arguments...) QUALIFIERS> : Signature<Result, Arguments...> {};
SOFTMAX_VERIFY_SIGNATURE()
SOFTMAX_VERIFY_SIGNATURE(const)
SOFTMAX_VERIFY_SIGNATURE(noexcept)
SOFTMAX_VERIFY_SIGNATURE(const noexcept)
#undef SOFTMAX_VERIFY_SIGNATURE
template <typename Result, typename... Arguments>
struct SignatureOf<Result (*)(Arguments...)> : Signature<Result, Arguments...> {};
template <typename Result, typename... Arguments>
struct SignatureOf<Result (*)(Arguments...) noexcept> : Signature<Result, Arguments...> {};

SOFTMAX_VERIFY_API KernelVerdict Validate(const Callable& kernel, const std::string& declaration,
                                          const ValidateOptions& options);

}  // namespace internal

// Tries the kernel against every law that applies, its accuracy against the bound that is proved for the declared class
// of arithmetic, and what it does to its surroundings. Deterministic for a seed.
// Throws std::invalid_argument, one line that says what is wrong and what would be right, where the declaration or an
// option makes no sense, or the types of the callable are not those of the declaration; std::system_error where there
// can be no child process.
template <typename Kernel>
KernelVerdict Validate(Kernel kernel, const std::string& declaration, const ValidateOptions& options = {}) {
  return internal::Validate(internal::SignatureOf<Kernel>::Wrap(std::move(kernel)), declaration, options);
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATE_H_
