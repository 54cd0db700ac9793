# Installs the build in BUILD into an empty prefix, moves that prefix, builds CONSUMER against it, and compares what its
# programs print, each of them, with CONSUMER/expected.txt.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIG} --prefix ${WORK}/installed
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${WORK}/installed ${WORK}/prefix)

# A program that loads an instrumented library is instrumented, too.
set(flags)
if(SANITIZE)
  set(flags -DCMAKE_C_FLAGS=-fsanitize=${SANITIZE} -DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE})
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${CONFIG}
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${CXX} ${flags}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build --config ${CONFIG} COMMAND_ERROR_IS_FATAL ANY)

file(READ ${CONSUMER}/expected.txt expected)
foreach(program softmax_from_c softmax_from_cc)
  execute_process(COMMAND ${WORK}/build/${program} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
  if(NOT printed STREQUAL expected)
    message(FATAL_ERROR "${program} printed\n${printed}instead of\n${expected}")
  endif()
endforeach()
execute_process(COMMAND ${WORK}/prefix/bin/softmax-verify list kernels OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
