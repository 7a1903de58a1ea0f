// The one main of every test executable; the cases come from the linked files. It is written out, as the one
// that BOOST_TEST_MODULE makes cannot be had together with precompiled headers.

#include <boost/test/unit_test.hpp>

namespace {

bool name_the_module() {
    boost::unit_test::framework::master_test_suite().p_name.value = "kidevent";
    return true;
}

} // namespace

int main(int count, char** words) { return boost::unit_test::unit_test_main(&name_the_module, count, words); }
