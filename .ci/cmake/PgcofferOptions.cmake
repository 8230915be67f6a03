# Compiler settings that every target of this project shares.
add_library(pgcoffer_options INTERFACE)
target_compile_options(pgcoffer_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${PGCOFFER_WERROR}>:-Werror>)
target_include_directories(pgcoffer_options INTERFACE
  ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
if(PGCOFFER_SANITIZE)
  target_compile_options(pgcoffer_options INTERFACE -fsanitize=${PGCOFFER_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all
                         # g++ 12 sees uninitialized values in the standard library's own code when it is instrumented.
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(pgcoffer_options INTERFACE -fsanitize=${PGCOFFER_SANITIZE})
endif()
if(PGCOFFER_COVERAGE)
  target_compile_options(pgcoffer_options INTERFACE --coverage)
  target_link_options(pgcoffer_options INTERFACE --coverage)
endif()

# One static library per folder of src/: what a layer may use is what it links, nothing else.
#   pgcoffer_layer(NAME LAYERS base pg LIBRARIES pkg::libfoo)
# Its headers are found below src/, so the links also document the direction of the layers (tests/layers checks it).
function(pgcoffer_layer name)
  cmake_parse_arguments(arg "" "" "LAYERS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    add_library(pgcoffer_${name} INTERFACE)
    return()
  endif()
  add_library(pgcoffer_${name} OBJECT ${sources})
  target_link_libraries(pgcoffer_${name} PUBLIC pgcoffer_options)
  foreach(layer ${arg_LAYERS})
    target_link_libraries(pgcoffer_${name} PUBLIC pgcoffer_${layer})
  endforeach()
  target_link_libraries(pgcoffer_${name} PRIVATE ${arg_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY PGCOFFER_LAYERS ${name})
  set_property(GLOBAL APPEND PROPERTY PGCOFFER_LAYER_LIBRARIES ${arg_LIBRARIES})
endfunction()
