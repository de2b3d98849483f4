// Every test program's main(): Boost.Test's own, compiled in the program as its static archive
// wants it.
#define BOOST_TEST_MODULE memstore
#include <boost/test/unit_test.hpp>
