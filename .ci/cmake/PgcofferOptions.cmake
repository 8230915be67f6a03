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

# With PGCOFFER_TOGETHER, sources that can be are compiled as one text: a third less work where all is to be built.
function(pgcoffer_compile_together target)
  if(NOT PGCOFFER_TOGETHER)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  execute_process(COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/.ci/sources_together.py ${sources}
                  OUTPUT_VARIABLE texts OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE ";" "|" texts "${texts}")
  string(REPLACE "\n" ";" texts "${texts}")
  foreach(text ${texts})
    string(MD5 group "${text}")
    string(REPLACE "|" ";" text "${text}")
    set_source_files_properties(${text} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # g++ takes what is not in the first file of a text for a header's.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# One static library per folder of src/: what a layer may use is what it links, nothing else.
#   pgcoffer_layer(NAME [FAST] LAYERS base pg LIBRARIES pkg::libfoo)
# FAST layers are those that rows pass through: source by source, since g++ inlines less in long texts (reading a
# manifest took 14 % more instructions).
# Its headers are found below src/, so the links also document the direction of the layers (tests/layers checks it).
function(pgcoffer_layer name)
  cmake_parse_arguments(arg "FAST" "" "LAYERS;LIBRARIES" ${ARGN})
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
  if(NOT arg_FAST OR PGCOFFER_SANITIZE)
    pgcoffer_compile_together(pgcoffer_${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY PGCOFFER_LAYERS ${name})
  set_property(GLOBAL APPEND PROPERTY PGCOFFER_LAYER_LIBRARIES ${arg_LIBRARIES})
endfunction()
