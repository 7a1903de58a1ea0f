#include "listener.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace kidevent::host;
namespace fs = std::filesystem;

namespace {

struct socket_directory {
    socket_directory() {
        char name[] = "/tmp/kidevent-listener-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~socket_directory() { fs::remove_all(path); }

    // A connection to PATH/NAME; -1 when nobody listens there.
    int dial(const std::string& name) const {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto full = path + "/" + name;
        std::memcpy(address.sun_path, full.data(), full.size());
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
            return descriptor;
        ::close(descriptor);
        return -1;
    }

    std::string path;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_listener, socket_directory)

BOOST_AUTO_TEST_CASE(a_socket_has_its_public_name_only_while_it_is_published) {
    listener one(path, "web-0.sock", 16, "");
    BOOST_TEST(dial("web-0.sock") < 0);
    BOOST_TEST(one.publish());
    const int waiting = dial("web-0.sock");
    BOOST_TEST(waiting >= 0);
    struct stat found {};
    BOOST_TEST(::stat((path + "/web-0.sock").c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 0777) == 0660U);
    one.withdraw();
    BOOST_TEST(dial("web-0.sock") < 0);
    const int accepted = ::accept(one.descriptor(), nullptr, nullptr);
    BOOST_TEST(accepted >= 0); // what waited is still there
    BOOST_TEST(one.publish());
    const int again = dial("web-0.sock");
    BOOST_TEST(again >= 0);
    for (const int descriptor : {waiting, accepted, again})
        ::close(descriptor);
}

BOOST_AUTO_TEST_CASE(publishing_replaces_what_a_dead_master_left) {
    const int stale = ::open((path + "/web-0.sock").c_str(), O_CREAT | O_WRONLY, 0600);
    ::close(stale);
    listener one(path, "web-0.sock", 16, "");
    BOOST_TEST(one.publish());
    const int descriptor = dial("web-0.sock");
    BOOST_TEST(descriptor >= 0);
    ::close(descriptor);
}

BOOST_AUTO_TEST_CASE(connections_that_wait_are_counted) {
    listener one(path, "web-0.sock", 16, "");
    BOOST_TEST(one.publish());
    if (one.queue_length() < 0) {
        BOOST_TEST_MESSAGE("this kernel does not tell"); // as in some containers
        return;
    }
    BOOST_TEST(one.queue_length() == 0);
    const int first = dial("web-0.sock");
    const int second = dial("web-0.sock");
    BOOST_TEST(one.queue_length() == 2);
    ::close(first);
    ::close(second);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_behind) {
    {
        listener one(path, "web-0.sock", 16, "");
        listener two(path, "web-1.sock", 16, "");
        BOOST_TEST(two.publish());
    }
    BOOST_TEST(fs::is_empty(path));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_listened_on_is_named) {
    BOOST_CHECK_EXCEPTION(
        listener(path, std::string(120, 'x'), 16, ""), std::runtime_error, [](const auto& failure) {
            return std::string(failure.what()).find("longer than 107 bytes") != std::string::npos;
        });
    BOOST_CHECK_EXCEPTION(listener(path, "a.sock", 16, "no-such-group"), std::runtime_error,
                          [](const auto& failure) {
                              return std::string(failure.what()).find("no-such-group") != std::string::npos;
                          });
    BOOST_CHECK_THROW(listener(path + "/missing", "a.sock", 16, ""), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
