# Builds the project EXAMPLE in WORK against the package in PREFIX, and runs its tests.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${WORK})
# A program that loads an instrumented library is instrumented, too.
set(flags)
if(SANITIZE)
  set(flags -DCMAKE_C_FLAGS=-fsanitize=${SANITIZE} -DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE})
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${EXAMPLE} -B ${WORK} -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${CONFIG}
    -DCMAKE_PREFIX_PATH=${PREFIX} -DCMAKE_CXX_COMPILER=${CXX} ${flags} ${ARGUMENTS}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK} --config ${CONFIG} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${WORK} -C ${CONFIG} --output-on-failure --no-tests=error
  COMMAND_ERROR_IS_FATAL ANY)
