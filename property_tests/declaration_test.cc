// Declarations as they stand in headers, and what they mean; and wrong ones, each with the line that helps.
#include "verify/declaration.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/case.h"

namespace softmax_verify {
namespace {

std::string TypeName(const CType& type) {
  switch (type.kind) {
    case CType::Kind::nothing: return "v";
    case CType::Kind::boolean: return "b";
    case CType::Kind::integer: return fmt::format("{}{}", type.is_signed ? "i" : "u", 8 * type.bytes);
    case CType::Kind::floating: return std::string(Name(type.format));
  }
  return "";
}

// "softmax f32 rows void: x:f32 y:f32! rows:u64 cols:u64": the operation, its format (and that of its statistics where it
// is another than f32), the form, what comes back; then what each argument is. ! can be written, =c is always c.
std::string Meaning(const Declaration& plan) {
  const Signature& signature = plan.signature;
  std::string text = fmt::format("{} {}", Name(signature.operation), Name(signature.format));
  if (signature.statistics != Info(signature.format).compute) text += fmt::format("/{}", Name(signature.statistics));
  constexpr const char* forms[] = {"rows", "row", "axis", "head"};
  constexpr const char* returns[] = {"void", "status", "value"};
  text += fmt::format(" {} {}:", forms[static_cast<int>(plan.form)], returns[static_cast<int>(plan.returns)]);
  for (const Argument& argument : plan.arguments) {
    text += " ";
    switch (argument.use) {
      case Argument::Use::operand: text += Name(argument.role); break;
      case Argument::Use::dimension: text += Name(argument.dimension); break;
      case Argument::Use::parameter: text += Name(argument.parameter); break;
      case Argument::Use::constant: text += fmt::format("({})", argument.name); break;
      case Argument::Use::workspace: text += "workspace"; break;
      case Argument::Use::workspace_bytes: text += "workspace_bytes"; break;
    }
    text += fmt::format(":{}{}", TypeName(argument.type), argument.is_pointer && !argument.is_const ? "!" : "");
    if (argument.number) text += fmt::format("={}", *argument.number);
  }
  if (plan.in_place) text += fmt::format("; {} in place of {}", Name(*plan.in_place), Name(*plan.in_place_of));
  if (plan.extra_lse) text += fmt::format("; lse {}", Name(*plan.extra_lse));
  return text;
}

struct Good {
  const char* text;
  const char* meaning;
  DeclarationHints hints = {};
};

DeclarationHints Dtype(Format format) { return {.operation = {}, .format = format, .roles = {}, .given = {}}; }
DeclarationHints Op(Operation operation) { return {.operation = operation, .format = {}, .roles = {}, .given = {}}; }
DeclarationHints Roles(std::map<std::string, std::string> roles) {
  return {.operation = {}, .format = {}, .roles = std::move(roles), .given = {}};
}

const std::vector<Good>& GoodDeclarations() {
  static const std::vector<Good> all = {
      {"void my_softmax(const float* x, float* y, size_t rows, size_t cols)",
       "softmax f32 rows void: x:f32 y:f32! rows:u64 cols:u64"},
      {"void my_softmax(const float* x, float* y, size_t rows, size_t cols);",
       "softmax f32 rows void: x:f32 y:f32! rows:u64 cols:u64"},
      {"extern \"C\" int softmax_f64(double const *x, double *__restrict y, int rows, int cols) noexcept;",
       "softmax f64 rows status: x:f64 y:f64! rows:i32 cols:i32"},
      // The length before the pointers; one row.
      {"void softmax(int n, const float *x, float *y)", "softmax f32 row void: n:i32 x:f32 y:f32!"},
      {"void vec_soft_max_f32(const int n, float * y, const float * x)", "softmax f32 row void: n:i32 y:f32! x:f32",
       Op(Operation::softmax)},
      // In place.
      {"void softmax(float* x, int n)", "softmax f32 row void: x:f32! n:i32; y in place of x"},
      {"void softmax_inplace(float x[], unsigned rows, unsigned cols)",
       "softmax f32 rows void: x:f32! rows:u32 cols:u32; y in place of x"},
      // Bits in integers.
      {"void softmax_bf16(const uint16_t* x, uint16_t* y, int64_t rows, int64_t cols)",
       "softmax bf16 rows void: x:u16 y:u16! rows:i64 cols:i64", Dtype(Format::bf16)},
      {"int softmax_half(const unsigned short* x, unsigned short* y, long rows, long cols)",
       "softmax f16 rows status: x:u16 y:u16! rows:i64 cols:i64", Dtype(Format::f16)},
      {"void softmax_fp16(const _Float16* x, _Float16* y, std::size_t rows, std::size_t cols)",
       "softmax f16 rows void: x:f16 y:f16! rows:u64 cols:u64"},
      {"void softmax_bf16(const __bf16 *x, __bf16 *y, size_t rows, size_t cols)",
       "softmax bf16 rows void: x:bf16 y:bf16! rows:u64 cols:u64"},
      {"void Softmax(const void* x, void* y, size_t rows, size_t cols)", "softmax f32 rows void: x:v y:v! rows:u64 cols:u64",
       Dtype(Format::f32)},
      // Strides, parameters, constants.
      {"int sv_softmax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);",
       "softmax f32 rows status: x:f32 ldx:u64 y:f32! ldy:u64 rows:u64 cols:u64 scale:f32"},
      {"void softmax(float* x, size_t ldx, size_t rows, size_t cols)",
       "softmax f32 rows void: x:f32! ldx:u64 rows:u64 cols:u64; y in place of x"},
      {"void softmax_t(const float* x, float* y, int rows, int cols, double temperature)",
       "softmax f32 rows void: x:f32 y:f32! rows:i32 cols:i32 temperature:f64"},
      {"void scaled_softmax(const float* x, float* y, int rows, int cols, float scale = 0.125f)",
       "softmax f32 rows void: x:f32 y:f32! rows:i32 cols:i32 scale:f32=0.125"},
      {"void softmax(const float* x, float* y, int rows, int cols, int num_threads = 1, bool fast = false, long seed = -1, double eps = 1e-3)",
       "softmax f32 rows void: x:f32 y:f32! rows:i32 cols:i32 (num_threads):i32=1 (fast):b=0 (seed):i64=-1 (eps):f64=0.001"},
      {"void softmax(void* ctx = nullptr, const float* x, float* y, uint32_t rows, uint32_t cols)",
       "softmax f32 rows void: (ctx):v!=0 x:f32 y:f32! rows:u32 cols:u32"},
      {"void softmax(const float* x, float* y, size_t rows, size_t cols, void* workspace, size_t workspace_bytes = 0x1000)",
       "softmax f32 rows void: x:f32 y:f32! rows:u64 cols:u64 workspace:v! workspace_bytes:u64=4096"},
      // Along an axis.
      {"int softmax_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature)",
       "softmax f32 axis status: x:f32 y:f32! outer:u64 axis_len:u64 inner:u64 temperature:f32"},
      // Other names.
      {"void softmax(const float* input, float* output, int batch, int dim)",
       "softmax f32 rows void: x:f32 y:f32! rows:i32 cols:i32",
       Roles({{"input", "x"}, {"output", "y"}, {"batch", "rows"}, {"dim", "cols"}})},
      // The other operations.
      {"void log_softmax(const double* x, double* y, size_t rows, size_t cols)",
       "log_softmax f64 rows void: x:f64 y:f64! rows:u64 cols:u64"},
      {"void LogSoftmaxForward(const float* x, float* y, size_t rows, size_t cols)",
       "log_softmax f32 rows void: x:f32 y:f32! rows:u64 cols:u64"},
      {"void sparsemax(const float* x, float* y, size_t n)", "sparsemax f32 row void: x:f32 y:f32! n:u64"},
      {"float logsumexpf(const float* x, size_t n)", "logsumexp f32 row value: x:f32 n:u64"},
      {"double log_sum_exp(const float* x, int n)", "logsumexp f32/f64 row value: x:f32 n:i32"},
      {"void lse(const uint16_t* x, float* lse, size_t rows, size_t cols)",
       "logsumexp bf16 rows void: x:u16 lse:f32! rows:u64 cols:u64", Dtype(Format::bf16)},
      {"void logsumexp(const float* x, float* y, size_t rows, size_t cols)",
       "logsumexp f32 rows void: x:f32 lse:f32! rows:u64 cols:u64"},
      {"void softmax_with_lse(const float* x, float* y, float* lse, size_t rows, size_t cols)",
       "softmax f32 rows void: x:f32 y:f32! lse:f32! rows:u64 cols:u64; lse f32"},
      {"void masked_softmax(const float* x, const uint8_t* mask, float* y, size_t rows, size_t cols)",
       "masked_softmax f32 rows void: x:f32 mask:u8 y:f32! rows:u64 cols:u64"},
      {"void softmax_mask(const float* x, const bool* mask, float* y, int rows, int cols, float scale)",
       "masked_softmax f32 rows void: x:f32 mask:b y:f32! rows:i32 cols:i32 scale:f32"},
      {"void fused_add_softmax(const float* x, const float* bias, float* y, size_t rows, size_t cols, bool causal)",
       "masked_softmax f32 rows void: x:f32 bias:f32 y:f32! rows:u64 cols:u64 causal:b"},
      {"void softmax_backward(const float* y, const float* dy, float* dx, size_t rows, size_t cols)",
       "softmax_backward f32 rows void: y:f32 dy:f32 dx:f32! rows:u64 cols:u64"},
      {"void softmax_grad(const float* y, float* dy, int rows, int cols)",
       "softmax_backward f32 rows void: y:f32 dy:f32! rows:i32 cols:i32; dx in place of dy"},
      {"void SparsemaxBackward(const float* y, const float* dy, float* dx, size_t rows, size_t cols)",
       "sparsemax_backward f32 rows void: y:f32 dy:f32 dx:f32! rows:u64 cols:u64"},
      {"void xent(const float* x, const int32_t* targets, float* loss, int rows, int cols)",
       "cross_entropy f32 rows void: x:f32 targets:i32 loss:f32! rows:i32 cols:i32"},
      {"int cross_entropy(const float* x, const long* targets, float* loss, size_t rows, size_t cols, float label_smoothing, long ignore_index = -100)",
       "cross_entropy f32 rows status: x:f32 targets:i64 loss:f32! rows:u64 cols:u64 label_smoothing:f32 ignore_index:i64=-100"},
      {"void cross_entropy_backward(const float* x, const int64_t* targets, const float* dy, float* dx, size_t rows, size_t cols)",
       "cross_entropy_backward f32 rows void: x:f32 targets:i64 dloss:f32 dx:f32! rows:u64 cols:u64"},
      {"void flash(const float* q, const float* k, const float* v, float* out, int seq_q, int seq_k, int head_dim, float scale)",
       "attention f32 head void: q:f32 k:f32 v:f32 out:f32! seq_q:i32 seq_k:i32 head_dim:i32 scale:f32"},
      {"void sdpa(const uint16_t* q, const uint16_t* k, const uint16_t* v, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale = 0.125f, int causal = 1)",
       "attention bf16 head void: q:u16 k:u16 v:u16 out:u16! lse:f32! seq_q:u64 seq_k:u64 head_dim:u64 scale:f32=0.125 causal:i32=1",
       Dtype(Format::bf16)},
      // Made for one length, or for one depth.
      {"void softmax(const float* x, float* y, int rows, int cols = 128)", "softmax f32 rows void: x:f32 y:f32! rows:i32 cols:i32=128"},
      // Comments and attributes, as they come along with a paste.
      {"[[nodiscard]] __attribute__((visibility(\"default\"))) int softmax(const float* x /* in */, float* y, // out\n size_t rows, size_t cols);",
       "softmax f32 rows status: x:f32 y:f32! rows:u64 cols:u64"},
  };
  return all;
}

TEST(Declaration, MeansWhatItSays) {
  EXPECT_GE(GoodDeclarations().size(), 25u);
  for (const Good& good : GoodDeclarations()) {
    try {
      EXPECT_EQ(Meaning(ParseDeclaration(good.text, good.hints)), good.meaning) << good.text;
    } catch (const std::invalid_argument& error) {
      ADD_FAILURE() << good.text << "\n  is refused: " << error.what();
    }
  }
}

TEST(Declaration, SignatureIsWhatLawsMayAsk) {
  const Declaration plan = ParseDeclaration(
      "int cross_entropy(const uint16_t* x, const int* targets, const uint16_t* weight, uint16_t* loss, int rows, int cols, "
      "float scale, float label_smoothing = 0.1f, int reduction = 2)",
      Dtype(Format::bf16));
  EXPECT_EQ(plan.symbol, "cross_entropy");
  const Signature expected = {Operation::cross_entropy, Format::bf16, Format::bf16,
                              RoleSet{Role::x, Role::targets, Role::weight, Role::loss}, {}, {Parameter::scale}};
  EXPECT_EQ(plan.signature, expected);
  EXPECT_EQ(plan.constant, (ParameterSet{Parameter::label_smoothing, Parameter::reduction}));
  EXPECT_EQ(plan.constants.label_smoothing, 0.1f);
  EXPECT_EQ(plan.constants.reduction, Reduction::mean);
  // A pointer that is always null is no operand.
  const Declaration null = ParseDeclaration(
      "void f(const float* x, const uint8_t* mask, const float* bias = nullptr, float* y, int rows, int cols)");
  EXPECT_EQ(null.signature.operands, (RoleSet{Role::x, Role::mask, Role::y}));
}

// Every line of the header of our own kernels can be pasted.
TEST(Declaration, ReadsOurOwnHeader) {
  std::ifstream header(SV_KERNELS_H);
  std::size_t declarations = 0;
  std::set<Operation> operations;
  for (std::string line; std::getline(header, line);) {
    if (line.find(" sv_") == line.npos || line.front() == ' ' || line.front() == '/') continue;
    DeclarationHints hints;
    for (const Format format : {Format::f16, Format::bf16}) {
      if (line.find(fmt::format("_{}", Name(format))) != line.npos) hints.format = format;
    }
    ++declarations;
    try {
      const Declaration plan = ParseDeclaration(line, hints);
      const std::string symbol = fmt::format("sv_{}", Name(plan.signature.operation));
      EXPECT_TRUE(plan.symbol.starts_with(symbol)) << line << "\n" << Meaning(plan);
      EXPECT_NE(plan.symbol.find(fmt::format("_{}", Name(plan.signature.format))), std::string::npos) << line;
      operations.insert(plan.signature.operation);
    } catch (const std::invalid_argument& error) {
      ADD_FAILURE() << line << "\n  is refused: " << error.what();
    }
  }
  EXPECT_GE(declarations, 200u);
  EXPECT_EQ(operations.size(), kOperations.size());
}

struct Bad {
  const char* text;
  const char* message;  // a part of it that helps
  DeclarationHints hints = {};
};

TEST(Declaration, SaysWhatIsWrong) {
  const std::vector<Bad> all = {
      {"", "the declaration is empty; wanted is a C declaration: void my_softmax(const float* x"},
      {"my_softmax", "'my_softmax' is no type known here"},
      {"void my_softmax", "'(' belongs after my_softmax"},
      {"void (const float* x, float* y, int n)", "no function name before '('"},
      {"void softmax(const float* x, float* y, size_t rows, size_t cols", "does not end; ')' is missing"},
      {"void softmax(const float* x, float* y, size_t rows, size_t cols,)", "an argument is missing after the last ','"},
      {"void softmax(const float* x float* y, int n)", "'float' after argument 1; ',' or ')' belongs there"},
      {"void softmax(const float*, float*, size_t, size_t)", "argument 1 (const float*) has no name; names tell what"},
      {"void softmax(const Tensor* x, float* y, int n)", "argument 1: 'Tensor' is no type known here"},
      {"MYLIB_API void softmax(const float* x, float* y, int n)", "'MYLIB_API' is no type known here"},
      {"void softmax(const float* x, float* y, int n) { }", "'{' after the declaration; one declaration is wanted"},
      {"void softmax(const float* input, float* y, int rows, int cols)",
       "what is 'input' for? Roles are x, y, mask"},
      {"void softmax(const float* input, float* y, int rows, int cols)", "Say --role input=ROLE, or give it a default value"},
      {"void softmax(const float* x, float* y, int rows, int cols)", "--role z=x: softmax has no argument z", Roles({{"z", "x"}})},
      {"void softmax(const float* a, float* y, int rows, int cols)", "there is no role 'logits'; roles are x, y",
       Roles({{"a", "logits"}})},
      {"void softmax(const uint16_t* x, uint16_t* y, int rows, int cols)",
       "x is const uint16_t*: say --dtype f16 or --dtype bf16"},
      {"void softmax(const uint16_t* x, uint16_t* y, int rows, int cols)", "does not hold --dtype f32; f16 or bf16 would fit",
       Dtype(Format::f32)},
      {"void softmax(const float* x, float* y, int rows, int cols)", "x is const float*, not --dtype f64", Dtype(Format::f64)},
      {"void softmax(const float* x, double* y, int rows, int cols)", "as softmax: x is const float* but y is double*; operands have one"},
      {"void softmax(const int32_t* x, int32_t* y, int rows, int cols)", "x is a pointer to float, double, _Float16"},
      {"void softmax(const float** x, float* y, int n)", "a pointer to a pointer; an operand is one block of memory"},
      {"void softmax(const float& x, float* y, int n)", "a reference; C has pointers and values alone"},
      {"void my::softmax(const float* x, float* y, int n)", "C++ name, which compilers mangle; declare the function extern \"C\""},
      {"void f(const float* x, float* y, int rows, int cols)", "f may be softmax or log_softmax or"},
      {"void grad(const float* y, const float* dy, float* dx, int rows, int cols)", "may be softmax_backward or"},
      {"void softmax(const float* x, float* y, int rows)", "as softmax: cols is missing: a matrix has rows and cols"},
      {"void softmax(const float* x, const float* y, int rows, int cols)", "y is a result of softmax and cannot be written"},
      {"void softmax(const float* x, int rows, int cols)", "y is missing (result of a forward operation"},
      {"void softmax(const float* x, float* y, int rows, int cols, int n)", "rows has no place here: n alone is", Op(Operation::softmax)},
      {"void softmax(const float* x, float* y, int outer, int inner)", "axis_len is missing: a kernel along an axis has"},
      {"void softmax(const float* x, float* y, int rows, int cols, float alpha)", "softmax knows no alpha; its operands are",
       Op(Operation::softmax)},
      {"void softmax(const float* x, float* y, int rows, int cols, int scale)", "scale is float or double, not int"},
      {"void softmax(const float* x, float* y, float rows, int cols)", "rows is a size, an integer, not float"},
      {"void softmax(const float* x, float* y, int rows = 4, int cols)", "rows is a size, which is varied"},
      {"void softmax(const float* x, float* y, int rows, int cols = 0)", "cols = 0: a size that is fixed is from 1 to"},
      {"void softmax(const float* x, float* y, int rows, int cols, float scale = fast)", "default value 'fast' of scale"},
      {"void softmax(const float* x, float* y, int rows, int cols, float scale = -1.f)", "outside its domain: positive",
       Op(Operation::softmax)},
      {"void softmax(const float* x, float* y, int rows, int cols, int threads)", "what is 'threads' for?"},
      {"void softmax(const float* x, float* y, int n, void* workspace, size_t workspace_bytes)",
       "how large the workspace is has to be said: size_t workspace_bytes = N"},
      {"void softmax(const float* x, float* y, int n, void* workspace)", "belong together: void* workspace, size_t"},
      {"float* softmax(const float* x, int n)", "returns a pointer; wanted is void", Op(Operation::logsumexp)},
      {"float softmax(const float* x, float* y, int n)", "softmax returns float; wanted is void, int for a status",
       Op(Operation::softmax)},
      {"void attn(const float* q, const float* k, const float* v, float* out, int seq_q, int seq_k, int head_dim)",
       "attention needs its scale: an argument such as 'float scale'"},
      {"void cross_entropy(const float* x, const float* targets, float* loss, int rows, int cols)",
       "targets is const int32_t* or const int64_t*, not const float*"},
      {"void masked_softmax(const float* x, const int* mask, float* y, int rows, int cols)",
       "mask is a byte an entry, const uint8_t* or const bool*, not const int*"},
      {"void softmax(const float* x, const float* x, float* y, int rows, int cols)", "two arguments are called x"},
      {"void softmax(const float* x, float* y, int rows, int cols, ...)", "a variable argument list cannot be called"},
      {"void softmax(const float* x, float* y, int n, void (*log)(int))", "argument 4 is a function"},
      {"void softmax_backward(float* y, float* dy, int rows, int cols)", "could take the place of y or dy; declare what is",
       Op(Operation::softmax_backward)},
      {"inline void softmax(const float* x, float* y, int n)", "a function that is inline is no symbol of a library"},
  };
  EXPECT_GE(all.size(), 15u);
  for (const Bad& bad : all) {
    try {
      const Declaration plan = ParseDeclaration(bad.text, bad.hints);
      ADD_FAILURE() << bad.text << "\n  is accepted: " << Meaning(plan);
    } catch (const std::invalid_argument& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(bad.message), message.npos) << bad.text << "\n  " << message;
      EXPECT_EQ(message.find('\n'), message.npos) << message;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
