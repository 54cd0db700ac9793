#include "verify/foreign_call.h"

#include <dlfcn.h>
#include <ffi.h>
#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

namespace softmax_verify {
namespace {

ffi_type* TypeFor(const CType& type) {
  switch (type.kind) {
    case CType::Kind::nothing:
      return &ffi_type_void;
    case CType::Kind::boolean:
      return &ffi_type_uint8;
    case CType::Kind::floating:
      return type.format == Format::f64 ? &ffi_type_double : &ffi_type_float;
    case CType::Kind::integer:
      switch (type.bytes) {
        case 1:
          return type.is_signed ? &ffi_type_sint8 : &ffi_type_uint8;
        case 2:
          return type.is_signed ? &ffi_type_sint16 : &ffi_type_uint16;
        case 4:
          return type.is_signed ? &ffi_type_sint32 : &ffi_type_uint32;
        default:
          return type.is_signed ? &ffi_type_sint64 : &ffi_type_uint64;
      }
  }
  return &ffi_type_void;
}

// The storage of an argument by value: the low bytes of an integer are the integer, on little-endian machines.
std::uint64_t ArgumentBits(const CType& type, std::uint64_t scalar) {
  if (type.kind != CType::Kind::floating || type.format == Format::f64) return scalar;
  return std::bit_cast<std::uint32_t>(static_cast<float>(std::bit_cast<double>(scalar)));
}

// libffi widens what is smaller than a register.
std::uint64_t ReturnedBits(const CType& type, std::uint64_t bits) {
  if (type.kind == CType::Kind::floating) {
    if (type.format == Format::f64) return bits;
    return std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
  }
  if (type.kind != CType::Kind::integer || type.bytes == 8) return bits;
  const unsigned spare = 64 - 8 * static_cast<unsigned>(type.bytes);
  const std::uint64_t high = bits << spare;
  return type.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(high) >> spare) : high >> spare;
}

struct Prepared {
  Declaration declaration;
  void (*symbol)() = nullptr;
  std::vector<ffi_type*> types;
  ffi_cif interface = {};
};

}  // namespace

std::vector<std::uint64_t> WordsOf(const Declaration& declaration, Sandbox::Buffers buffers,
                                   std::span<const std::uint64_t> scalars) {
  std::vector<std::uint64_t> words(scalars.begin(), scalars.end());
  std::size_t next = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Argument& argument = declaration.arguments[i];
    if (argument.is_pointer) words[i] = argument.number ? 0 : reinterpret_cast<std::uint64_t>(buffers[next++].data());
  }
  return words;
}

Sandbox::Function LoadFunction(const std::string& library, const Declaration& declaration) {
  // A bare name is a file here before it is one in the places where libraries lie.
  const std::string path = std::filesystem::exists(library) ? std::filesystem::absolute(library).string() : library;
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const reason = dlerror();
    throw std::runtime_error(
        fmt::format("cannot load the library '{}': {}", library, reason != nullptr ? reason : "no reason"));
  }
  void* const symbol = dlsym(handle, declaration.symbol.c_str());
  if (symbol == nullptr) {
    throw std::runtime_error(fmt::format(
        "{} has no symbol '{}'; 'nm -D --defined-only {}' lists what it has (a C++ function needs extern \"C\")",
        library, declaration.symbol, library));
  }
  const auto prepared = std::make_shared<Prepared>();
  prepared->declaration = declaration;
  prepared->symbol = reinterpret_cast<void (*)()>(symbol);
  for (const Argument& argument : declaration.arguments) {
    prepared->types.push_back(argument.is_pointer ? &ffi_type_pointer : TypeFor(argument.type));
  }
  if (ffi_prep_cif(&prepared->interface, FFI_DEFAULT_ABI, static_cast<unsigned>(prepared->types.size()),
                   TypeFor(declaration.return_type), prepared->types.data()) != FFI_OK) {
    throw std::runtime_error(fmt::format("libffi cannot call {}", declaration.symbol));
  }
  return [prepared](Sandbox::Buffers buffers, std::span<const std::uint64_t> scalars) -> std::uint64_t {
    const std::vector<Argument>& arguments = prepared->declaration.arguments;
    std::vector<std::uint64_t> storage = WordsOf(prepared->declaration, buffers, scalars);
    std::vector<void*> values(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!arguments[i].is_pointer) storage[i] = ArgumentBits(arguments[i].type, storage[i]);
      values[i] = &storage[i];
    }
    std::uint64_t result = 0;
    ffi_call(&prepared->interface, prepared->symbol, &result, values.data());
    return ReturnedBits(prepared->declaration.return_type, result);
  };
}

}  // namespace softmax_verify
