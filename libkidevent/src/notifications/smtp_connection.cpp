#include "notifications/smtp_connection.hpp"

#include "http/ascii.hpp"
#include "http/text_format.hpp"
#include "http_client/tls_context.hpp"
#include "notifications/mail_encoding.hpp"

#include <Poco/Exception.h>

#include <algorithm>
#include <array>

#include <unistd.h>

namespace kidevent::notifications {

namespace {

std::string own_name(const mail_settings& with) {
    if (!with.hello_name.empty()) return with.hello_name;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || !http::is_hostname(name.data()))
        return "localhost";
    return name.data();
}

std::string in_capitals(std::string text) {
    for (char& c : text)
        if (http::is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void require(bool fine, const std::string& what, const smtp_reply& reply) {
    if (!fine) throw smtp_failure(what + ": " + reply.summary(), reply.code);
}

} // namespace

smtp_connection::smtp_connection(const mail_settings& with, smtp_dialog::time_point until)
    : with_(with),
      dialog_(with.host, static_cast<int>(with.port), with.connect_timeout, until),
      last_used_(smtp_dialog::time_point::clock::now()) {
    if (with.tls == "tls") secure();
    const auto greeting = dialog_.read_reply();
    require(greeting.is_positive(), "the relay is not ready", greeting);
    greet();
    if (with.tls == "starttls") {
        if (!offers("STARTTLS"))
            throw smtp_failure("the relay offers no STARTTLS, and nothing is sent without");
        const auto ready = dialog_.command("STARTTLS");
        require(ready.is_positive(), "the relay refuses STARTTLS", ready);
        secure();
        greet(); // what it said before TLS may have been said by anybody
    }
    if (!with.user.empty()) sign_in();
    dialog_.unlimit();
}

smtp_connection::~smtp_connection() { dialog_.say_goodbye(); }

void smtp_connection::greet() {
    const auto reply = dialog_.command("EHLO " + own_name(with_));
    require(reply.is_positive(), "the relay refuses our greeting", reply);
    extensions_.clear();
    for (const std::string& each : reply.lines)
        extensions_.push_back(in_capitals(each));
}

void smtp_connection::secure() {
    Poco::Net::Context::Ptr trust;
    try {
        trust = http_client::make_tls_context(with_.ca_file);
    } catch (const Poco::Exception& why) {
        throw smtp_failure("mail.ca_file cannot be used: " + why.displayText());
    }
    // Ours is stricter: see certificate_fault().
    trust->enableExtendedCertificateVerification(false);
    dialog_.secure(with_.host, trust);
}

bool smtp_connection::offers(std::string_view keyword) const {
    return std::any_of(extensions_.begin(), extensions_.end(), [keyword](const std::string& each) {
        return each.starts_with(keyword) && (each.size() == keyword.size() || each[keyword.size()] == ' ');
    });
}

bool smtp_connection::offers_sign_in(std::string_view method) const {
    return std::any_of(extensions_.begin(), extensions_.end(), [method](const std::string& each) {
        return each.starts_with("AUTH ") && (each + " ").find(" " + std::string{method} + " ") != each.npos;
    });
}

void smtp_connection::sign_in() {
    if (!dialog_.is_secure() && !dialog_.is_on_this_machine())
        throw smtp_failure("the password is not sent without TLS");
    if (offers_sign_in("PLAIN")) {
        std::string both;
        both.append(1, '\0').append(with_.user).append(1, '\0').append(with_.password);
        const auto reply = dialog_.command("AUTH PLAIN " + encode_base64(both));
        return require(reply.is_positive(), "the relay does not let us sign in", reply);
    }
    if (!offers_sign_in("LOGIN")) throw smtp_failure("the relay offers neither AUTH PLAIN nor LOGIN");
    auto reply = dialog_.command("AUTH LOGIN");
    require(reply.is_intermediate(), "the relay does not let us sign in", reply);
    reply = dialog_.command(encode_base64(with_.user));
    require(reply.is_intermediate(), "the relay does not let us sign in", reply);
    reply = dialog_.command(encode_base64(with_.password));
    require(reply.is_positive(), "the relay does not let us sign in", reply);
}

bool smtp_connection::is_alive(smtp_dialog::time_point until) noexcept {
    try {
        dialog_.limit(until);
        const bool answers = dialog_.command("RSET").is_positive();
        dialog_.unlimit();
        return answers;
    } catch (const std::exception&) {
        return false;
    }
}

delivery_report smtp_connection::send(const smtp_envelope& envelope, std::string_view content,
                                      smtp_dialog::time_point until) {
    is_reusable_ = false; // until it has gone well
    dialog_.limit(until);
    auto made = send_within_limit(envelope, content);
    dialog_.unlimit();
    last_used_ = smtp_dialog::time_point::clock::now();
    is_reusable_ = is_reusable_ && ++sent_ < with_.messages_per_connection_max;
    return made;
}

delivery_report smtp_connection::send_within_limit(const smtp_envelope& envelope, std::string_view content) {
    const std::string size = offers("SIZE") ? " SIZE=" + std::to_string(content.size()) : "";
    for (const std::string& line :
         {"MAIL FROM:<" + envelope.from + ">" + size, "RCPT TO:<" + envelope.to + ">"}) {
        const auto reply = dialog_.command(line);
        if (!reply.is_positive()) return refuse(reply);
    }
    const auto ready = dialog_.command("DATA");
    if (!ready.is_intermediate()) return refuse(ready);
    const auto taken = dialog_.send_content(content);
    if (!taken.is_positive()) return refuse(taken);
    is_reusable_ = true;
    return {delivery_outcome::accepted, taken.code, taken.summary(), ""};
}

// The next message begins with RSET, which forgets this one.
delivery_report smtp_connection::refuse(const smtp_reply& reply) {
    is_reusable_ = reply.code != 421;
    return judge_refusal(reply);
}

} // namespace kidevent::notifications
