#include "support/mail_server.hpp"

#include "support/postgres_cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <thread>

namespace kidevent::tests {

using namespace std::chrono_literals;

namespace {

std::filesystem::path receiver_directory() { return source_directory() / "tests/receiver"; }

void install_receiver() {
    if (std::filesystem::exists(receiver_directory() / "node_modules/smtp-server")
        && std::filesystem::exists(receiver_directory() / "node_modules/mailparser"))
        return;
    run_program(
        {.arguments = {"npm", "ci", "--no-audit", "--no-fund"}, .directory = receiver_directory().string()},
        120s);
}

} // namespace

made_certificate::made_certificate(const temporary_directory& directory, const std::string& names)
    : key((directory / "key.pem").string()), certificate((directory / "certificate.pem").string()) {
    run_program({.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=relay",
                               "-addext", "subjectAltName=" + names, "-keyout", key, "-out", certificate}});
}

mail_server::mail_server(const boost::json::object& options) {
    install_receiver();
    program_.emplace(
        process_options{.arguments = {"node", (receiver_directory() / "mail_server.mjs").string(),
                                      (directory_ / "mails").string(), boost::json::serialize(options)}});
    for (int i = 0; i < 500 && program_->output().find('\n') == std::string::npos; ++i) {
        if (!program_->is_running())
            throw std::runtime_error("the mail server did not start: " + program_->errors());
        std::this_thread::sleep_for(20ms);
    }
    port_ = std::stoi(program_->output());
}

std::vector<boost::json::object> mail_server::mails() const {
    std::vector<boost::json::object> found;
    std::ifstream in(directory_ / "mails");
    for (std::string line; std::getline(in, line);)
        found.push_back(boost::json::parse(line).as_object());
    return found;
}

void mail_server::stop() { program_.reset(); }

} // namespace kidevent::tests
