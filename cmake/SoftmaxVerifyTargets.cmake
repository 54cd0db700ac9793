# What every target of the project shares.

# The compile options that the proofs rest on, and the warnings.
# -ffp-contract=off: a * b + c is two roundings unless the source says MulAdd; TwoSum and the bounds need it so.
add_library(softmax_verify_options INTERFACE)
target_compile_features(softmax_verify_options INTERFACE cxx_std_20)
target_compile_options(softmax_verify_options INTERFACE -ffp-contract=off -Wall -Wextra -Wpedantic)
if(SOFTMAX_VERIFY_WARNINGS_AS_ERRORS)
  target_compile_options(softmax_verify_options INTERFACE -Werror)
endif()
if(SOFTMAX_VERIFY_SANITIZE)
  target_compile_options(softmax_verify_options INTERFACE
    -fsanitize=${SOFTMAX_VERIFY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # takes an instrumented std::regex for uninitialised (GCC bug 105616)
    target_compile_options(softmax_verify_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(softmax_verify_options INTERFACE -fsanitize=${SOFTMAX_VERIFY_SANITIZE})
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# sv_read_table(file macro out): the first arguments of every `macro(name, ...)` row of include/softmax_verify/file.
# A table row is how an operation or a format comes into being; folders ask for the files that belong to it.
function(sv_read_table file macro out)
  set(path ${PROJECT_SOURCE_DIR}/include/softmax_verify/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(STRINGS ${path} rows REGEX "^${macro}\\(")
  list(TRANSFORM rows REPLACE "^${macro}\\(([a-z0-9_]+).*" "\\1")
  set(${out} ${rows} PARENT_SCOPE)
endfunction()

# sv_add_test(name [LIBRARIES ...] [SOURCES ...] [LABELS ...] [SLOW pattern]): a GoogleTest program <name>.cc, its cases
# known to CTest; those of the pattern with the label `slow`.
include(GoogleTest)
function(sv_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SLOW" "LIBRARIES;SOURCES;LABELS")
  if(NOT BUILD_TESTING)
    return()
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${name}.cc ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE softmax_verify_options ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  set(others "")
  if(arg_SLOW)
    gtest_discover_tests(${name} TEST_FILTER "${arg_SLOW}" DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 3600 LABELS slow)
    set(others TEST_FILTER "-${arg_SLOW}")
  endif()
  gtest_discover_tests(${name} ${others} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 900 LABELS "${arg_LABELS}")
endfunction()
