// The one main of every test executable; the cases come from the linked files.
#define BOOST_TEST_MODULE kidevent
#include <boost/test/unit_test.hpp>
