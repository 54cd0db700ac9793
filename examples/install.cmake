# Installs the build in BUILD, and moves what is installed to PREFIX.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${PREFIX} ${PREFIX}.first)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIG} --prefix ${PREFIX}.first
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${PREFIX}.first ${PREFIX})
execute_process(COMMAND ${PREFIX}/bin/softmax-verify list kernels OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
