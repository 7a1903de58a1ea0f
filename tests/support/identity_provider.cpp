#include "support/identity_provider.hpp"

#include "http/percent.hpp"
#include "support/postgres_cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <stdexcept>
#include <thread>

namespace kidevent::tests {

using namespace std::chrono_literals;

namespace {

std::filesystem::path provider_directory() { return source_directory() / "tests/oidc"; }

void install_provider() {
    if (std::filesystem::exists(provider_directory() / "node_modules/oidc-provider")
        && std::filesystem::exists(provider_directory() / "node_modules/jose"))
        return;
    run_program(
        {.arguments = {"npm", "ci", "--no-audit", "--no-fund"}, .directory = provider_directory().string()},
        120s);
}

constexpr int redirects_max = 6;

} // namespace

identity_provider::identity_provider(const std::string& script, const boost::json::object& options) {
    install_provider();
    program_.emplace(process_options{
        .arguments = {"node", (provider_directory() / script).string(), boost::json::serialize(options)}});
    for (int i = 0; i < 1000 && program_->output().find('\n') == std::string::npos; ++i) {
        if (!program_->is_running())
            throw std::runtime_error("the identity provider did not start: " + program_->errors());
        std::this_thread::sleep_for(20ms);
    }
    port_ = static_cast<std::uint16_t>(std::stoi(program_->output()));
}

identity_provider& shared_identity_provider(const std::string& script, const boost::json::object& options) {
    static std::map<std::string, identity_provider> started;
    return started.try_emplace(script + boost::json::serialize(options), script, options).first->second;
}

void identity_provider::tell(const std::string& path, const boost::json::value& what) {
    http_client over{port_};
    const auto got =
        over.send({"POST", path, "127.0.0.1:" + std::to_string(port_), {}, boost::json::serialize(what)});
    if (got.status >= 300)
        throw std::runtime_error("the identity provider refused " + path + ": " + got.body);
}

boost::json::value identity_provider::ask(const std::string& path) {
    http_client over{port_};
    return boost::json::parse(over.get("127.0.0.1:" + std::to_string(port_), path).body);
}

http_answer provider_browser::get(http_client& over, const std::string& host, const std::string& target) {
    http_request wanted{"GET", target, host};
    std::string kept;
    for (const auto& [name, value] : cookies_)
        kept += (kept.empty() ? "" : "; ") + name + "=" + value;
    if (!kept.empty()) wanted.headers.push_back({"Cookie", kept});
    auto got = over.send(wanted);
    for (const header& each : got.headers) {
        if (each.name != "set-cookie" && each.name != "Set-Cookie") continue;
        const auto end = each.value.find('=');
        cookies_[each.value.substr(0, end)] = each.value.substr(end + 1, each.value.find(';') - end - 1);
    }
    return got;
}

std::string provider_browser::visit(const std::string& authorization_url, const std::string& who) {
    const std::string origin = authorization_url.substr(0, authorization_url.find('/', 8));
    http_client over{static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1)))};
    const std::string host = origin.substr(origin.rfind('/') + 1);
    std::string next = authorization_url;
    http_answer got;
    for (int i = 0; i < redirects_max; ++i) {
        std::string target = target_of(next);
        if (target.starts_with("/interaction/")) target += "?" + who;
        got = get(over, host, target);
        next = got.header_value("location");
        if (next.starts_with("/")) next = origin + next;
        if (next.empty()) break;
        if (!next.starts_with(origin)) return next;
    }
    throw std::runtime_error("the identity provider sends nobody back: " + std::to_string(got.status) + " "
                             + got.body);
}

std::string query_value(const std::string& url, const std::string& name) {
    std::string rest = "&" + url.substr(std::min(url.find('?') + 1, url.size()));
    const auto at = rest.find("&" + name + "=");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 2;
    return http::form_decoded(rest.substr(begin, rest.find('&', begin) - begin)).value_or("");
}

std::string target_of(const std::string& url) {
    const auto at = url.find('/', url.find("://") + 3);
    return at == std::string::npos ? "/" : url.substr(at);
}

} // namespace kidevent::tests
