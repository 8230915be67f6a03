# `cmake --install`: program, library with headers, CMake package, man page and completion; CPack: a .deb of all that.
include(CMakePackageConfigHelpers)

# Help, man page and completion have one source, the program; a cross build cannot run it and goes without.
if(NOT CMAKE_CROSSCOMPILING)
  set(documentation ${CMAKE_BINARY_DIR}/documentation)
  add_custom_command(OUTPUT ${documentation}/pgcoffer.1 ${documentation}/pgcoffer.bash
    COMMAND ${CMAKE_COMMAND} -E make_directory ${documentation}
    COMMAND $<TARGET_FILE:pgcoffer> documentation man > ${documentation}/pgcoffer.1
    COMMAND $<TARGET_FILE:pgcoffer> documentation bash > ${documentation}/pgcoffer.bash
    DEPENDS pgcoffer VERBATIM)
  add_custom_target(pgcoffer_documentation ALL DEPENDS ${documentation}/pgcoffer.1)
  install(FILES ${documentation}/pgcoffer.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${documentation}/pgcoffer.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME pgcoffer)
endif()

install(TARGETS pgcoffer RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS pgcoffer_library EXPORT pgcofferTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/pgcoffer DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY schema/ DESTINATION ${CMAKE_INSTALL_DATADIR}/pgcoffer/schema)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/pgcoffer)
install(EXPORT pgcofferTargets NAMESPACE pgcoffer:: DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/pgcofferConfig.cmake.in ${CMAKE_BINARY_DIR}/pgcofferConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/pgcofferConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/pgcofferConfig.cmake ${CMAKE_BINARY_DIR}/pgcofferConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/PgcofferDependencies.cmake DESTINATION ${package_folder})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pgcoffer)
set(CPACK_PACKAGE_CONTACT "The pgcoffer team <pgcoffer@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
