// Webhooks against a real receiver: a Node program that verifies with the library of Standard Webhooks, or
// misbehaves.

#include "http_client/guarded_request.hpp"
#include "http_client/http_post.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

std::filesystem::path receiver_directory() { return source_directory() / "tests/receiver"; }

void install_receiver() {
    if (std::filesystem::exists(receiver_directory() / "node_modules/standardwebhooks")) return;
    run_program(
        {.arguments = {"npm", "ci", "--no-audit", "--no-fund"}, .directory = receiver_directory().string()},
        120s);
}

class receiver {
public:
    explicit receiver(const std::vector<std::string>& key_and_certificate = {}) {
        install_receiver();
        know({});
        std::vector<std::string> arguments{"node", (receiver_directory() / "receiver.mjs").string(),
                                           (directory_ / "secrets").string(), (directory_ / "log").string()};
        arguments.insert(arguments.end(), key_and_certificate.begin(), key_and_certificate.end());
        program_.emplace(process_options{.arguments = arguments});
        for (int i = 0; i < 500 && program_->output().find('\n') == std::string::npos; ++i)
            std::this_thread::sleep_for(20ms);
        port_ = std::stoi(program_->output());
    }

    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    int port() const { return port_; }
    void know(const std::vector<std::string>& secrets) {
        std::ofstream out(directory_ / "secrets");
        for (const auto& each : secrets)
            out << each << "\n";
    }
    // What it got at the path.
    std::vector<json::object> requests(const std::string& path) const {
        std::vector<json::object> found;
        std::ifstream in(directory_ / "log");
        for (std::string line; std::getline(in, line);) {
            const auto parsed = json::parse(line).as_object();
            if (parsed.at("path").as_string() == path) found.push_back(parsed);
        }
        return found;
    }

private:
    temporary_directory directory_;
    std::optional<process> program_;
    int port_ = 0;
};

struct hooked : two_organisations {
    hooked() { api.served().parts().start_background(); }
    ~hooked() {
        bool drained = false;
        api.served().parts().drain_background([&drained] { drained = true; });
        while (!drained)
            api.run_for(std::chrono::milliseconds{10});
    }

    struct made_webhook {
        std::string id;
        std::string secret;
    };
    made_webhook add_webhook(const person& owner, const std::string& path, json::array types = {}) {
        const auto made =
            api.post(owner, "/api/v1/webhooks", {{"url", target.url(path)}, {"types", std::move(types)}});
        BOOST_REQUIRE(made.status == 201);
        return {made.member("id"), made.member("secret")};
    }
    answer post_empty(const person& as, const std::string& where) {
        return api.send(make_request("POST", as, where));
    }
    // Sends a test event, and gives its delivery when the first attempt was made.
    json::object attempted(const made_webhook& to, int attempts = 1) {
        if (attempts == 1)
            BOOST_REQUIRE(post_empty(alpha.owner, "/api/v1/webhooks/" + to.id + "/deliveries").status == 202);
        for (int i = 0; i < 250; ++i) {
            const auto listed = api.get(alpha.owner, "/api/v1/webhooks/" + to.id + "/deliveries");
            const auto& newest = listed.body.at("data").at(0).as_object();
            if (newest.at("attempts").as_int64() >= attempts) return newest;
            api.run_for(20ms);
        }
        throw std::runtime_error("no attempt was made");
    }
    bool wait_until(const std::function<bool()>& holds) {
        for (int i = 0; i < 250 && !holds(); ++i)
            api.run_for(20ms);
        return holds();
    }
    void make_due() { superuser.execute("update platform.webhook_queue set due_at = now()"); }
    int seconds_to_next(const json::object& delivery) {
        return std::stoi(
            superuser.value("select extract(epoch from $1::timestamptz - now())::int",
                            {std::string{std::string_view{delivery.at("next_attempt_at").as_string()}}}));
    }

    receiver target;
};

std::string text(const json::object& in, const char* member) {
    return std::string{std::string_view{in.at(member).as_string()}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_webhooks, hooked)

BOOST_AUTO_TEST_CASE(an_event_arrives_signed_at_those_who_want_it) {
    const auto all = add_webhook(alpha.owner, "/all");
    const auto some = add_webhook(alpha.owner, "/some", {"com.kidevent.child.created.v1"});
    const auto foreign = add_webhook(beta.owner, "/foreign");
    target.know({all.secret, some.secret});
    const std::string child = add_child(alpha.first.guardian, born_years_ago(8));
    BOOST_REQUIRE(register_child(alpha.first.guardian, child, alpha.later_session).status == 201);
    BOOST_TEST(wait_until(
        [&] { return target.requests("/all").size() == 2 && target.requests("/some").size() == 1; }));
    // One may overtake the other.
    const auto both = target.requests("/all");
    const bool is_first = text(both[0], "body").find("child.created") != std::string::npos;
    const auto got = both[is_first ? 0 : 1];
    BOOST_TEST(got.at("verified").at(0).as_bool());
    BOOST_TEST(!got.at("verified").at(1).as_bool());
    BOOST_TEST(!got.at("flipped").as_bool());
    BOOST_TEST(!got.at("postdated").as_bool());
    BOOST_TEST(got.at("signatures").as_int64() == 1);
    BOOST_TEST(target.requests("/some").front().at("verified").at(1).as_bool());
    const auto body = json::parse(text(got, "body")).as_object();
    BOOST_TEST(text(body, "type") == "com.kidevent.child.created.v1");
    BOOST_TEST(text(body, "id") == text(got, "id"));
    BOOST_TEST(text(body, "source") == "https://alpha.kidevent.test");
    BOOST_TEST(text(body, "timestamp") == text(body, "time"));
    BOOST_TEST(body.at("data").at("child_id").as_string() == child);
    BOOST_TEST(text(got, "body").find("CANARY") == std::string::npos);
    // What operators do to the organisation is not posted.
    BOOST_TEST(api.put(admin, "/api/v1/tenants/alpha",
                       {{"name", "CANARY-alpha"}, {"owner_email", "owner@alpha.example"}})
                   .status
               == 200);
    api.run_for(400ms);
    BOOST_TEST(superuser.value("select count(*) from platform.outbox where type like '%tenant.updated%' and"
                               " position is not null")
               == "1");
    BOOST_TEST(target.requests("/all").size() == 2U);
    BOOST_TEST(target.requests("/foreign").empty());
    const auto listed = api.get(alpha.owner, "/api/v1/webhooks/" + all.id + "/deliveries");
    BOOST_TEST(listed.body.at("data").as_array().size() == 2U);
    BOOST_TEST(listed.body.at("data").at(0).at("state").as_string() == "delivered");
    BOOST_TEST(superuser.value("select count(*) from platform.webhook_queue") == "0");
}

BOOST_AUTO_TEST_CASE(nothing_is_posted_for_organisations_whose_plan_has_no_webhooks) {
    add_webhook(alpha.owner, "/planned");
    superuser.execute("update tenancy.plans set features = ''");
    api.run_for(300ms);
    add_child(alpha.first.guardian, born_years_ago(8));
    BOOST_TEST(wait_until([&] {
        return superuser.value(
                   "select count(*) from platform.outbox_sinks where name = 'webhooks' and position ="
                   " (select max(position) from platform.outbox where type like '%child.created%')")
               == "1";
    }));
    api.run_for(300ms);
    BOOST_TEST(target.requests("/planned").empty());
    BOOST_TEST(superuser.value("select count(*) from webhook_deliveries") == "0");
}

BOOST_AUTO_TEST_CASE(the_old_secret_signs_beside_the_new_one_for_a_while) {
    const auto made = add_webhook(alpha.owner, "/rotated");
    const auto rotated = post_empty(alpha.owner, "/api/v1/webhooks/" + made.id + "/secrets");
    BOOST_REQUIRE(rotated.status == 201);
    BOOST_TEST(rotated.member("secret") != made.secret);
    target.know({made.secret, rotated.member("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjwA"});
    attempted(made);
    auto got = target.requests("/rotated").back();
    BOOST_TEST(got.at("signatures").as_int64() == 2);
    BOOST_TEST(got.at("verified").at(0).as_bool());
    BOOST_TEST(got.at("verified").at(1).as_bool());
    BOOST_TEST(!got.at("verified").at(2).as_bool());
    superuser.execute("update webhook_endpoints set previous_secret_until = now()");
    attempted(made);
    BOOST_TEST(wait_until([&] { return target.requests("/rotated").size() == 2; }));
    got = target.requests("/rotated").back();
    BOOST_TEST(got.at("signatures").as_int64() == 1);
    BOOST_TEST(!got.at("verified").at(0).as_bool());
    BOOST_TEST(got.at("verified").at(1).as_bool());
}

BOOST_AUTO_TEST_CASE(what_is_not_accepted_comes_again_under_the_same_id_until_it_is_given_up) {
    const auto made = add_webhook(alpha.owner, "/500");
    const auto first = attempted(made);
    BOOST_TEST(first.at("status_code").as_int64() == 500);
    BOOST_TEST(text(first, "state") == "waiting");
    BOOST_TEST((seconds_to_next(first) >= 2 && seconds_to_next(first) <= 6));
    make_due();
    const auto second = attempted(made, 2);
    BOOST_TEST((seconds_to_next(second) > 265 && seconds_to_next(second) < 335));
    const auto got = target.requests("/500");
    BOOST_REQUIRE(got.size() == 2U);
    BOOST_TEST(text(got[0], "id") == text(got[1], "id"));
    superuser.execute("update webhook_deliveries set attempts = 9");
    make_due();
    const auto last = attempted(made, 10);
    BOOST_TEST(text(last, "state") == "failed");
    BOOST_TEST(superuser.value("select count(*) from platform.webhook_queue") == "0");

    const auto again =
        post_empty(alpha.owner, "/api/v1/webhook-deliveries/" + text(last, "id") + "/attempts");
    BOOST_TEST(again.status == 202);
    BOOST_TEST(wait_until([&] { return target.requests("/500").size() == 4; }));
    BOOST_TEST(text(target.requests("/500").back(), "id") == text(got[0], "id"));
}

BOOST_AUTO_TEST_CASE(a_receiver_may_ask_for_time_and_may_be_gone) {
    const auto busy = attempted(add_webhook(alpha.owner, "/429"));
    BOOST_TEST(busy.at("status_code").as_int64() == 429);
    BOOST_TEST((seconds_to_next(busy) > 3590 && seconds_to_next(busy) <= 3600));
    const auto gone = add_webhook(alpha.owner, "/410");
    const auto refused = attempted(gone);
    BOOST_TEST(text(refused, "state") == "failed");
    auto now = api.get(alpha.owner, "/api/v1/webhooks/" + gone.id);
    BOOST_TEST(!now.body.at("enabled").as_bool());
    BOOST_TEST(now.member("disabled_reason") == "410 Gone");
    add_child(alpha.first.guardian, born_years_ago(8));
    api.run_for(300ms);
    BOOST_TEST(target.requests("/410").size() == 1U);
    const int version = static_cast<int>(now.body.at("version").as_int64());
    const auto enabled = api.patch(alpha.owner, "/api/v1/webhooks/" + gone.id, version, {{"enabled", true}});
    BOOST_TEST(enabled.body.at("enabled").as_bool());
    add_child(alpha.first.guardian, born_years_ago(8));
    BOOST_TEST(wait_until([&] { return target.requests("/410").size() == 2; }));
}

BOOST_AUTO_TEST_CASE(redirects_are_not_followed) {
    const auto moved = attempted(add_webhook(alpha.owner, "/301"));
    BOOST_TEST(moved.at("status_code").as_int64() == 301);
    BOOST_TEST(text(moved, "state") == "waiting");
    const auto metadata = attempted(add_webhook(alpha.owner, "/metadata"));
    BOOST_TEST(metadata.at("status_code").as_int64() == 302);
    BOOST_TEST(text(metadata, "state") == "waiting");
    BOOST_TEST(target.requests("/redirected").empty());
}

BOOST_AUTO_TEST_CASE(receivers_that_misbehave_cost_no_more_than_the_timeout) {
    for (const std::string path : {"/hang", "/drip", "/reset", "/garbage", "/headers"}) {
        const auto made = add_webhook(alpha.owner, path);
        const auto started = std::chrono::steady_clock::now();
        const auto failed = attempted(made);
        const auto took = std::chrono::steady_clock::now() - started;
        BOOST_TEST((took < with.webhook.timeout + 1500ms), path);
        BOOST_TEST(failed.at("status_code").is_null(), path << " " << json::serialize(failed));
        BOOST_TEST(text(failed, "state") == "waiting", path);
        BOOST_TEST(!text(failed, "error").empty(), path);
    }
    const auto poured = attempted(add_webhook(alpha.owner, "/huge"));
    BOOST_TEST(text(poured, "state") == "delivered"); // the body is not read
}

BOOST_AUTO_TEST_CASE(a_hanging_receiver_holds_up_nobody_else) {
    const auto hanging = add_webhook(alpha.owner, "/hang");
    const auto quick = add_webhook(alpha.owner, "/quick");
    post_empty(alpha.owner, "/api/v1/webhooks/" + hanging.id + "/deliveries");
    const auto started = std::chrono::steady_clock::now();
    attempted(quick);
    BOOST_TEST((std::chrono::steady_clock::now() - started < with.webhook.timeout));
}

BOOST_AUTO_TEST_CASE(a_claim_that_was_lost_settles_nothing) {
    const auto made = add_webhook(alpha.owner, "/hang");
    post_empty(alpha.owner, "/api/v1/webhooks/" + made.id + "/deliveries");
    BOOST_TEST(wait_until([&] { return target.requests("/hang").size() == 1; }));
    // Somebody else has claimed it in the meantime.
    superuser.execute(
        "update platform.webhook_queue set fence = fence + 1, leased_until = now() + interval '1 hour'");
    api.run_for(with.webhook.timeout + 500ms);
    BOOST_TEST(superuser.value("select attempts from webhook_deliveries") == "0");
    BOOST_TEST(superuser.value("select count(*) from platform.webhook_queue where leased_until > now()")
               == "1");
}

BOOST_AUTO_TEST_CASE(what_a_process_had_in_hand_when_it_died_is_sent_again_soon) {
    const auto made = add_webhook(alpha.owner, "/hang");
    post_empty(alpha.owner, "/api/v1/webhooks/" + made.id + "/deliveries");
    BOOST_TEST(wait_until([&] { return target.requests("/hang").size() == 1; }));
    const auto lease_ms = std::stoi(superuser.value(
        "select extract(epoch from leased_until - now())::numeric * 1000 from platform.webhook_queue"));
    BOOST_TEST((lease_ms > 10000 && lease_ms <= with.webhook.timeout.count() + 15000));
    // It has died: its claim ends, and nobody settles it.
    superuser.execute("update platform.webhook_queue set fence = fence + 1, leased_until = now()");
    BOOST_TEST(wait_until([&] { return target.requests("/hang").size() == 2; }));
    const auto got = target.requests("/hang");
    BOOST_TEST(text(got[0], "id") == text(got[1], "id"));
}

BOOST_AUTO_TEST_CASE(owners_and_nobody_else_see_webhooks_and_secrets_are_shown_once) {
    const auto made = add_webhook(alpha.owner, "/x");
    BOOST_TEST(api.get(alpha.staff, "/api/v1/webhooks").status == 403);
    BOOST_TEST(api.get(beta.owner, "/api/v1/webhooks/" + made.id).status == 404);
    const auto listed = api.get(alpha.owner, "/api/v1/webhooks");
    BOOST_TEST(listed.body.at("data").as_array().size() == 1U);
    BOOST_TEST(listed.text.find("whsec_") == std::string::npos);
    const auto bad =
        api.post(alpha.owner, "/api/v1/webhooks",
                 {{"url", "ftp://x.example/"}, {"types", json::array{"com.kidevent.tenant.created.v1"}}});
    BOOST_TEST(bad.status == 422);
    BOOST_TEST(api.remove(alpha.owner, "/api/v1/webhooks/" + made.id, 7).status == 412);
    BOOST_TEST(api.remove(alpha.owner, "/api/v1/webhooks/" + made.id, 1).status == 204);
    BOOST_TEST(api.get(alpha.owner, "/api/v1/webhooks/" + made.id).status == 404);
    superuser.execute("delete from webhook_endpoints");
    for (int i = 0; i < with.webhook.per_tenant_max; ++i)
        add_webhook(alpha.owner, "/x");
    BOOST_TEST(api.post(alpha.owner, "/api/v1/webhooks", {{"url", target.url("/x")}}).status == 422);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// A receiver whose certificate is for "localhost" and trusted by whoever is told to.
struct tls_receiver {
    tls_receiver() {
        run_program(
            {.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                           "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate}});
        target.emplace(std::vector<std::string>{key, certificate});
    }
    std::string url(const std::string& host, const std::string& path) const {
        return "https://" + host + ":" + std::to_string(target->port()) + path;
    }

    temporary_directory directory;
    const std::string key = (directory / "key.pem").string();
    const std::string certificate = (directory / "certificate.pem").string();
    std::optional<receiver> target;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_webhooks_tls, tls_receiver)

// Traces and error reports go to receivers that the system trusts; here its certificates are ours.
BOOST_AUTO_TEST_CASE(reports_go_to_a_receiver_with_a_trusted_certificate_for_its_name_only) {
    const auto report_to = [this](const std::string& host, const std::string& path) {
        return http_client::post({url(host, path), {{"webhook-id", "x"}}, "{}", 2000ms});
    };
    BOOST_TEST(report_to("localhost", "/untrusted") == 0);
    ::setenv("SSL_CERT_FILE", certificate.c_str(), 1);
    BOOST_TEST(report_to("localhost", "/trusted") == 204);
    BOOST_TEST(report_to("127.0.0.1", "/name") == 0);
    ::unsetenv("SSL_CERT_FILE");
    BOOST_TEST(target->requests("/trusted").size() == 1U);
    BOOST_TEST(target->requests("/untrusted").empty());
    BOOST_TEST(target->requests("/name").empty());
}

BOOST_AUTO_TEST_CASE(the_certificate_must_be_trusted_and_be_for_the_name) {
    const auto post_to = [&](const std::string& host, const std::string& path, const std::string& ca_file) {
        return http_client::send({url(host, path), {{"webhook-id", "x"}}, "{}", 2000ms, true, ca_file});
    };
    const auto good = post_to("localhost", "/tls", certificate);
    BOOST_TEST(good.status == 204, good.error);
    BOOST_TEST(post_to("127.0.0.1", "/name", certificate).status == 0);
    BOOST_TEST(post_to("localhost", "/trust", "").status == 0);
    BOOST_TEST(target->requests("/name").empty());
    BOOST_TEST(target->requests("/trust").empty());
    const auto started = std::chrono::steady_clock::now();
    BOOST_TEST(post_to("localhost", "/hang", certificate).status == 0);
    BOOST_TEST((std::chrono::steady_clock::now() - started < 3500ms));
}

BOOST_AUTO_TEST_SUITE_END()
