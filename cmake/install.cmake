# What `cmake --install` puts where: the program, the simulator as static libraries with their headers, and a
# package so that `find_package(azlab)` gives the target azlab::sim. Data needs no place: it is in the libraries.
# The harness is not a library for others; only the program holds it.
include(CMakePackageConfigHelpers)

# <azlab/simulator.hpp> is the one header that others name; inside, headers name each other by "sim/…".
set(forwarding ${CMAKE_BINARY_DIR}/include/azlab/simulator.hpp)
file(CONFIGURE OUTPUT ${forwarding} @ONLY CONTENT
"#pragma once
// The way in for programs that use azlab as a library.
#include \"sim/core/workloads.hpp\"
#include \"sim/simulator.hpp\"
")
target_include_directories(azlab_sim INTERFACE
  $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
add_library(azlab::sim ALIAS azlab_sim)

get_property(modules GLOBAL PROPERTY AZLAB_MODULES)
list(FILTER modules INCLUDE REGEX "^azlab_(sim|sim_.*|fixtures)$")
foreach(module ${modules})
  string(REGEX REPLACE "^azlab_" "" name ${module})
  set_target_properties(${module} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${modules} EXPORT azlab ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT azlab NAMESPACE azlab:: FILE azlabTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/azlab)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/sim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/azlab
  FILES_MATCHING PATTERN "*.hpp")
install(FILES ${forwarding} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/azlab)
if(TARGET azlab)
  install(TARGETS azlab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(package ${CMAKE_BINARY_DIR}/package)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/azlabConfig.cmake.in ${package}/azlabConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/azlab)
write_basic_package_version_file(${package}/azlabConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package}/azlabConfig.cmake ${package}/azlabConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/azlab)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/clients/ DESTINATION ${CMAKE_INSTALL_DATADIR}/azlab PATTERN "__pycache__" EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(AZLAB_TESTS)
  # What is installed must do for others, so its tests belong here: they need the targets above.
  add_subdirectory(${CMAKE_SOURCE_DIR}/tests/install)
endif()
