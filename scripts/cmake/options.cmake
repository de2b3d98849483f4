# What every target of memstore is compiled with, as one interface target.
option(MEMSTORE_WERROR "treat warnings as errors" OFF)
option(MEMSTORE_BENCH "offer the benchmarks as targets (needs Google Benchmark)" OFF)
option(MEMSTORE_COVERAGE "instrument for coverage" OFF)
set(MEMSTORE_SANITIZE "" CACHE STRING "a -fsanitize= list, such as address,undefined")

add_library(memstore_options INTERFACE)
add_library(memstore::options ALIAS memstore_options)
target_compile_features(memstore_options INTERFACE cxx_std_20)
target_compile_options(memstore_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Woverloaded-virtual)
# GCC 12 takes the frames of Asio's coroutines, which have both operators of their own, for a mismatch.
target_compile_options(memstore_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
if(CMAKE_UNITY_BUILD)
  # Of sources that are compiled behind others: a local may have the name of a constant of theirs, and GCC takes each for
  # a header.
  target_compile_options(memstore_options INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Machine code beside the intermediate one: what links without the pass, as the tests do, can use it.
  target_compile_options(memstore_options INTERFACE -ffat-lto-objects)
endif()
if(MEMSTORE_WERROR)
  target_compile_options(memstore_options INTERFACE -Werror)
endif()
if(MEMSTORE_SANITIZE)
  target_compile_options(memstore_options INTERFACE
    -fsanitize=${MEMSTORE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(memstore_options INTERFACE -fsanitize=${MEMSTORE_SANITIZE})
  # clang 14 cannot compile coroutines under this check of UBSan's.
  target_compile_options(memstore_options INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_compile_definitions(memstore_options INTERFACE _GLIBCXX_ASSERTIONS)
  if(MEMSTORE_SANITIZE MATCHES "thread")
    # GCC cannot model a bare fence; Asio then uses none.
    target_compile_options(memstore_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    target_compile_definitions(memstore_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
set(MEMSTORE_HARDENED OFF)
if(CMAKE_BUILD_TYPE MATCHES "^Rel" AND NOT MEMSTORE_SANITIZE)
  set(MEMSTORE_HARDENED ON)
  # What Debian builds its own servers with. Without CET: Debian's start files lack its marks, so that the linker drops it.
  target_compile_options(memstore_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection)
endif()
if(MEMSTORE_COVERAGE)
  target_compile_options(memstore_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(memstore_options INTERFACE --coverage)
endif()
