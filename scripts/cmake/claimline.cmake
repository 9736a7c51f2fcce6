# What every folder's CMakeLists.txt uses: claimline_library, claimline_program, claimline_test, claimline_fuzzer.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
# Asserts stay on in every build type.
set(CMAKE_C_FLAGS_RELEASE "-O3 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

set(CLAIMLINE_SANITIZE "" CACHE STRING "sanitizers for every target, for example address,undefined")
option(CLAIMLINE_WERROR "warnings are errors" ON)

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith
                    -Wcast-qual -Wwrite-strings -Wno-missing-field-initializers -fstack-protector-strong -fno-strict-aliasing)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-format-truncation) # cut paths end in a failed open, which is told
endif()
if(CLAIMLINE_WERROR)
    add_compile_options(-Werror)
endif()
if(CLAIMLINE_SANITIZE)
    add_compile_options(-fsanitize=${CLAIMLINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${CLAIMLINE_SANITIZE})
else()
    add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
    add_link_options(-Wl,-z,relro -Wl,-z,now)
endif()
# Release: optimised over all folders of a program (about 6 % of processor time a claim), and by a profile of what the
# programs do (about 9 %): scripts/build makes one build that gathers it, runs scripts/train with it, and builds again.
set(CLAIMLINE_PROFILE "" CACHE PATH "folder of the profile (GCC)")
option(CLAIMLINE_PROFILE_GATHER "the programs write into the folder of the profile instead of being built by it" OFF)
if(CLAIMLINE_PROFILE)
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
        message(FATAL_ERROR "a profile needs GCC: scripts/build --plain builds without one")
    endif()
    if(CLAIMLINE_PROFILE_GATHER)
        set(profile -fprofile-generate=${CLAIMLINE_PROFILE} -fprofile-update=prefer-atomic)
    else()
        # What was never run is optimised as ever. Other inlining finds other warnings: they are errors in every other build.
        set(profile -fprofile-use=${CLAIMLINE_PROFILE} -fprofile-partial-training -Wno-missing-profile -Wno-coverage-mismatch -Wno-error)
    endif()
    add_compile_options(${profile} -fprofile-prefix-path=${CMAKE_BINARY_DIR})
    add_link_options(${profile})
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT CLAIMLINE_SANITIZE AND NOT CLAIMLINE_PROFILE_GATHER)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Include root is the repository; what is generated stands in the same shape under build/generated.
set(CLAIMLINE_GENERATED ${CMAKE_BINARY_DIR}/generated)
include_directories(${CMAKE_SOURCE_DIR} ${CLAIMLINE_GENERATED})

find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq>=4.3.4)
# Of libzmq's flags zmq.h needs none but its own folder. Its "-isystem DIR" is an include folder when CMake first asks, and an
# option when it takes the answer from its cache: by that the second build would compile all anew (scripts/checks/configure-twice).
set_target_properties(PkgConfig::ZMQ PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${ZMQ_INCLUDEDIR}" INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb>=0.9.24)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd>=252)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle>=3.6)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(LZMA REQUIRED IMPORTED_TARGET liblzma)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip>=1.7)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat>=2.5)
pkg_check_modules(CRITERION IMPORTED_TARGET criterion>=2.4.1)
find_package(msgpack 4.0.0 CONFIG REQUIRED) # target: msgpackc

# claimline_library(NAME SOURCES a.c b.c LINK other-library PkgConfig::X): a static library of one folder.
function(claimline_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_LINK})
endfunction()

# claimline_program(NAME SOURCES main.c LINK library [INSTALL dir]): a program, left in build/bin.
function(claimline_program name)
    cmake_parse_arguments(arg "" "INSTALL" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    if(arg_INSTALL)
        install(TARGETS ${name} RUNTIME DESTINATION ${arg_INSTALL})
    endif()
endfunction()

# claimline_test(NAME SOURCES test_x.c LINK library [TIMEOUT seconds] [ARGS ...]): one Criterion program.
# A leak does not fail a Criterion test by itself, and a filter that matches nothing passes: both are failures here.
# Freed memory is kept from use for 8 MiB, not for 256: tests that start a daemon a hundred times would touch new pages for ever.
option(CLAIMLINE_TESTS "build the test programs, too" ON)
function(claimline_test name)
    if(NOT CRITERION_FOUND OR NOT CLAIMLINE_TESTS)
        return()
    endif()
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;ARGS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINK} PkgConfig::CRITERION)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} --xml=${CMAKE_BINARY_DIR}/tests/${name}.xml --timeout 240 ${arg_ARGS})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "ASAN_OPTIONS=handle_segv=0:allocator_may_return_null=1:quarantine_size_mb=8;UBSAN_OPTIONS=print_stacktrace=1;CLAIMLINE_SOURCE=${CMAKE_SOURCE_DIR};CLAIMLINE_BUILD=${CMAKE_BINARY_DIR}"
        FAIL_REGULAR_EXPRESSION "LeakSanitizer;AddressSanitizer;runtime error:;Tested: 0 ")
endfunction()

# claimline_fuzzer(NAME SOURCES fuzz_x.c LINK library CORPUS folders [MUTATOR library]): with Clang and CLAIMLINE_FUZZ a
# libFuzzer program; in every build also a test that replays the corpus through the same LLVMFuzzerTestOneInput. The
# mutator is for libFuzzer alone.
option(CLAIMLINE_FUZZ "build libFuzzer programs (needs Clang)" OFF)
if(CLAIMLINE_FUZZ)
    # Every folder is instrumented, not the fuzzer's file alone. An edge is to be a branch of the source: not one of the many
    # copies that inlining and unrolling make of it, each of which would be a path of its own.
    add_compile_options(-fsanitize=fuzzer-no-link -fno-inline -fno-unroll-loops -fno-vectorize -fno-slp-vectorize)
endif()
function(claimline_fuzzer name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK;CORPUS;MUTATOR" ${ARGN})
    if(CLAIMLINE_FUZZ)
        add_executable(${name} ${arg_SOURCES})
        target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(${name} PRIVATE ${arg_LINK} ${arg_MUTATOR})
    endif()
    if(NOT CLAIMLINE_TESTS)
        return()
    endif()
    add_executable(${name}_corpus ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
    target_link_libraries(${name}_corpus PRIVATE ${arg_LINK})
    set_target_properties(${name}_corpus PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name}_corpus COMMAND ${name}_corpus ${arg_CORPUS})
    set_tests_properties(${name}_corpus PROPERTIES TIMEOUT 300 ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=8"
        FAIL_REGULAR_EXPRESSION "LeakSanitizer;AddressSanitizer;runtime error:")
endfunction()
