// What of a connection to PostgreSQL can be read on its way.

#include "db/db_error.hpp"
#include "db/migration_runner.hpp"
#include "db/transport_security.hpp"
#include "support/mail_server.hpp"
#include "support/open_database.hpp"
#include "support/postgres_cluster.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;

namespace {

std::string mode_of(const std::string& host, const std::string& unencrypted = "local") {
    database_settings with;
    with.host = host;
    with.unencrypted = unencrypted;
    return db::transport_security(with).front().second;
}

// How a name looks that is not taken for this machine's own, and leads here all the same.
const std::string foreign_name = "127.2";

// A server that listens on the network as well.
struct networked {
    postgres_cluster cluster{{.settings = {{"listen_addresses", "127.0.0.2"}}}};
    database_settings far = [this] {
        auto with = cluster.settings_of("kidevent_template");
        with.host = foreign_name;
        return with;
    }();

    void speak_tls(const made_certificate& shown) {
        const auto place = [this](const std::string& from, const std::string& name) {
            const auto to = (cluster.directory() / name).string();
            std::vector<std::string> arguments{"install", "-m", "600", from, to};
            if (!cluster.user().empty()) arguments.insert(arguments.end(), {"-o", cluster.user()});
            run_program({arguments});
            return to;
        };
        auto superuser = cluster.superuser("postgres");
        superuser.execute("alter system set ssl_cert_file = '" + place(shown.certificate, "server.crt")
                          + "'");
        superuser.execute("alter system set ssl_key_file = '" + place(shown.key, "server.key") + "'");
        superuser.execute("alter system set ssl = on");
        cluster.restart();
    }
    // What the command line's migrations and a worker's pool say when they connect; "" when they can.
    std::string refusal() const {
        try {
            db::migration_runner{far}.status();
        } catch (const db::db_error& refused) {
            return refused.what();
        }
        open_database pool{far};
        return "";
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(db_transport_security)

BOOST_AUTO_TEST_CASE(what_leaves_the_machine_is_encrypted_and_its_receiver_is_checked) {
    for (const char* own : {"/run/postgresql", "localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]"})
        BOOST_TEST(mode_of(own) == "prefer", own);
    for (const char* far : {"db.example", "192.0.2.1", "128.0.0.1", "2001:db8::1", "localhost.example",
                            "127.1", "/run/postgresql,db.example", "0.0.0.0"}) {
        BOOST_TEST(mode_of(far) == "verify-full", far);
        BOOST_TEST(mode_of(far, "anywhere") == "prefer", far);
    }
}

BOOST_AUTO_TEST_CASE(a_server_elsewhere_is_asked_by_tls_or_not_at_all) {
    networked server;
    BOOST_TEST(contains(server.refusal(), "does not support SSL"));
    BOOST_CHECK_THROW(open_database{server.far}, std::exception);
    server.far.unencrypted = "anywhere";
    BOOST_TEST(server.refusal() == "");
    server.far.unencrypted = "local";

    const temporary_directory here;
    const temporary_directory there;
    const made_certificate shown{here, "IP:127.0.0.2"};
    const made_certificate stranger{there, "IP:127.0.0.2"};
    server.speak_tls(shown);
    BOOST_TEST(contains(server.refusal(), "certificate verify failed"));
    server.far.ca_file = stranger.certificate;
    BOOST_TEST(contains(server.refusal(), "certificate verify failed"));
    server.far.ca_file = shown.certificate;
    BOOST_TEST(server.refusal() == "");
    open_database pool{server.far};
    BOOST_TEST(
        server.cluster.superuser("postgres")
            .value("select bool_and(ssl) and count(*) > 0 from pg_stat_ssl join pg_stat_activity using (pid) "
                   "where application_name = 'kidevent' and client_addr is not null")
        == "t");
    // A certificate of the right people for another name.
    const temporary_directory elsewhere;
    const made_certificate misnamed{elsewhere, "DNS:db.example"};
    server.speak_tls(misnamed);
    server.far.ca_file = misnamed.certificate;
    BOOST_TEST(contains(server.refusal(), "does not match host name"));
}

BOOST_AUTO_TEST_SUITE_END()
