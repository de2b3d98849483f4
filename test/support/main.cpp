#include <boost/test/unit_test.hpp>

/// What the main() of Boost.Test's static archive, every test program's, begins with.
boost::unit_test::test_suite* init_unit_test_suite(int /*argc*/, char* /*argv*/[]) {
    boost::unit_test::framework::master_test_suite().p_name.value = "memstore";
    return nullptr;
}
