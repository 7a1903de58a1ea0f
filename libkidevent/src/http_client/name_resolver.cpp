#include "http_client/name_resolver.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>

#include <thread>

namespace kidevent::http_client {

namespace {

// A stack each, and little else.
constexpr std::size_t system_at_once_max = 32;

std::vector<std::string> ask_system(const std::string& name) {
    std::vector<std::string> addresses;
    try {
        const auto found = Poco::Net::DNS::hostByName(name, Poco::Net::DNS::DNS_HINT_AI_ADDRCONFIG);
        for (const auto& each : found.addresses())
            addresses.push_back(each.toString());
    } catch (const Poco::Exception& why) {
        throw name_resolver::failed(why.displayText());
    }
    return addresses;
}

} // namespace

name_resolver::name_resolver(lookup ask, std::size_t at_once_max)
    : all_(std::make_shared<asking>()), at_once_max_(at_once_max) {
    all_->ask = std::move(ask);
}

name_resolver& name_resolver::of_system() {
    static name_resolver made{ask_system, system_at_once_max};
    return made;
}

void name_resolver::answer(asking& all, question& of, const std::string& name) noexcept {
    std::vector<std::string> addresses;
    std::string fault;
    try {
        addresses = all.ask(name);
        if (addresses.empty()) fault = "the name has no address";
    } catch (const std::exception& why) {
        fault = why.what();
        if (fault.empty()) fault = "the name cannot be resolved";
    }
    {
        const std::lock_guard held{all.mutex};
        of.addresses = std::move(addresses);
        of.fault = std::move(fault);
        of.is_answered = true;
        all.open.erase(name);
    }
    all.changed.notify_all();
}

// With the mutex held.
std::shared_ptr<name_resolver::question> name_resolver::begin(const std::string& name) {
    auto made = std::make_shared<question>();
    const auto [at, is_new] = all_->open.emplace(name, made);
    try {
        std::thread{[all = all_, made, name] { answer(*all, *made, name); }}.detach();
    } catch (const std::exception&) {
        all_->open.erase(at);
        throw failed("no thread could be started");
    }
    return made;
}

std::vector<std::string> name_resolver::resolve(const std::string& name, instant until) {
    std::unique_lock held{all_->mutex};
    const auto has_place = [&] { return all_->open.contains(name) || all_->open.size() < at_once_max_; };
    if (!all_->changed.wait_until(held, until, has_place)) throw failed("too many names are being resolved");
    const auto open = all_->open.find(name);
    const std::shared_ptr<question> own = open == all_->open.end() ? begin(name) : open->second;
    if (!all_->changed.wait_until(held, until, [&] { return own->is_answered; }))
        throw failed("the name was not resolved in time");
    if (!own->fault.empty()) throw failed(own->fault);
    return own->addresses;
}

} // namespace kidevent::http_client
