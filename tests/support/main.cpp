// Catch2 2 brings its main by a macro, Catch2 3 by a library (tests/CMakeLists.txt).
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#endif
#include "tests/support/catch.hpp"
