#pragma once
// A fixture: the organisations of the API's tests with a mail relay that is never there, two workers that
// share memory, and the links that messages would carry. For tests only.

#include "identity/account_link.hpp"
#include "job_handlers.hpp"
#include "jobs/job_runner.hpp"
#include "services.hpp"
#include "support/api_client.hpp"

namespace kidevent::tests {

namespace json = boost::json;

inline const std::string me = "/api/v1/accounts/me";
inline const std::string link_path = "/api/v1/account-link";
inline const std::string other_password = "seven purple walruses";

class account_fixture : public two_organisations {
public:
    account_fixture() {
        with.mail.host = "127.0.0.1";
        with.mail.port = 1;
        with.mail.tls = "none";
        with.mail.from = "events@kidevent.test";
        with.mail.connect_timeout = std::chrono::milliseconds{200};
        restart();
    }
    // With the settings as they are now.
    void restart() {
        other.reset();
        one.reset();
        const shared_memory shared = make_shared_memory();
        one.emplace(with, shared);
        other.emplace(with, shared);
    }

    // Jobs that are due; none of their messages gets anywhere.
    void run_jobs() {
        auto& parts = one->served().parts();
        jobs::job_runner runner{parts.loop, parts.job_parts, all_job_handlers(), {}};
        parts.block_on(runner.run_due());
    }

    // The last link of the purpose that was made for the address; "" when there is none.
    std::string token(const std::string& email, identity::link_purpose purpose, const std::string& tenant) {
        const auto found =
            superuser.rows("select id from account_links where tenant_id = $1 and email = $2 and "
                           "purpose = $3 order by id desc limit 1",
                           {tenant, email, std::string{to_text(purpose)}});
        if (found.empty()) return "";
        return identity::make_link_token(with.http, tenant_id{parse_uuid(tenant).value()},
                                         {purpose, identity::link_id{parse_uuid(*found[0][0]).value()}});
    }
    std::string token(const std::string& email, identity::link_purpose purpose) {
        return token(email, purpose, alpha.id);
    }
    // As somebody who has forgotten the password; the token of the link that follows.
    std::string ask_reset(const std::string& email) {
        const auto asked = one->post(anonymous_at("alpha"), "/api/v1/password-resets", {{"email", email}});
        BOOST_TEST(asked.status == 202);
        run_jobs();
        return token(email, identity::link_purpose::password_reset);
    }

    answer look(const std::string& token, const std::string& slug = "alpha") {
        return one->get(anonymous_at(slug), link_path + "?token=" + token);
    }
    // `fields` as a form has them: "&password=new+password".
    answer follow(const std::string& token, const std::string& fields = "", const std::string& slug = "alpha",
                  const std::vector<header>& more = {}) {
        std::vector<header> headers{{"Content-Type", "application/x-www-form-urlencoded"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return one->send(
            make_request("POST", anonymous_at(slug), link_path, "token=" + token + fields, headers));
    }

    answer try_sign_in(const std::string& email, const std::string& password,
                       const std::string& slug = "alpha") {
        return one->post(anonymous_at(slug), "/api/v1/logins", {{"email", email}, {"password", password}});
    }
    bool is_in(const person& who) { return one->get(who, me).status == 200; }
    bool is_in_at_other(const person& who) { return other->get(who, me).status == 200; }

    std::int64_t audited(const std::string& action) {
        return std::stoll(
            superuser.value("select count(*) from platform.audit_entries where action = $1", {action}));
    }

    std::optional<api_client> one;
    std::optional<api_client> other;
};

inline std::string form_text(const std::string& password) {
    std::string text = password;
    for (char& each : text)
        if (each == ' ') each = '+';
    return text;
}

} // namespace kidevent::tests
