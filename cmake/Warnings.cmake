# Warnings of our own code; every one is an error. Generated code and libraries do not use this target.
add_library(room_warnings INTERFACE)
target_compile_options(
  room_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
            -Wconversion -Wno-sign-conversion -Werror
            # g++ 12 sees overlapping copies in std::string assignments that can not be (GCC bug 105651).
            -Wno-restrict)

if(OPERATOR_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
  # -Wmaybe-uninitialized reports false positives in instrumented code.
  target_compile_options(room_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

if(OPERATOR_FUZZ)
  # Generated message classes are left out (teleport/proto): they would double the build, and it is
  # our own code that is to be explored.
  set(FUZZ_FLAGS -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
                 -fno-sanitize-recover=all)
  target_compile_options(room_warnings INTERFACE ${FUZZ_FLAGS} -Wno-unknown-warning-option)
  add_link_options(-fsanitize=address,undefined)
endif()
