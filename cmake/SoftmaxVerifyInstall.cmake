# What `cmake --install` puts where, and what find_package(SoftmaxVerify) finds: the targets below as
# SoftmaxVerify::<EXPORT_NAME>, the program among them as SoftmaxVerify::softmax-verify.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/SoftmaxVerify)
set(exported_targets softmax_verify_api softmax_verify_kernels softmax_verify_cli)

# The program finds the library beside it, wherever the prefix is moved.
file(RELATIVE_PATH libraries_from_program ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(softmax_verify_cli PROPERTIES
  INSTALL_RPATH "$ORIGIN/${libraries_from_program}" EXPORT_NAME softmax-verify)

install(TARGETS ${exported_targets} EXPORT SoftmaxVerifyTargets)
install(DIRECTORY include/softmax_verify DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(EXPORT SoftmaxVerifyTargets NAMESPACE SoftmaxVerify:: DESTINATION ${package_dir})

configure_package_config_file(cmake/SoftmaxVerifyConfig.cmake.in SoftmaxVerifyConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(SoftmaxVerifyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/SoftmaxVerifyConfig.cmake ${PROJECT_BINARY_DIR}/SoftmaxVerifyConfigVersion.cmake
  DESTINATION ${package_dir})
