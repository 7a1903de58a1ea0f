#include "notifications/provider_transport.hpp"

#include "http/ascii.hpp"
#include "http/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>

namespace kidevent::notifications {

namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

constexpr std::size_t answer_bytes_max = 4096;
constexpr std::size_t provider_id_bytes_max = 200;
constexpr std::size_t token_bytes_max = 4096;
constexpr std::size_t message_id_bytes_max = 250;
constexpr std::size_t number_digits_max = 15; // E.164

bool is_number(std::string_view text) {
    return text.size() >= 3 && text.size() <= number_digits_max + 1 && text[0] == '+' && text[1] != '0'
           && std::all_of(text.begin() + 1, text.end(), http::is_digit);
}

bool is_visible_ascii(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max
           && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string body_of(const outgoing_message& what) {
    json::object made{{"id", what.message_id},
                      {"channel", what.by == channel::sms ? "sms" : "push"},
                      {"to", what.to},
                      {"text", what.text}};
    if (what.by == channel::push) made["title"] = what.subject;
    if (!what.language.empty()) made["language"] = what.language;
    return json::serialize(made);
}

// The id in {"id": "..."}; "" when the answer holds none that can be kept.
std::string provider_id_in(const std::string& body) {
    boost::system::error_code failed;
    const auto parsed = json::parse(body, failed);
    const auto* const object = failed ? nullptr : parsed.if_object();
    const auto* const id = object == nullptr ? nullptr : object->if_contains("id");
    if (id == nullptr || !id->is_string()) return "";
    const std::string_view text = id->get_string();
    const bool fits = text.size() <= provider_id_bytes_max && http::is_utf8(text)
                      && std::none_of(text.begin(), text.end(), http::is_control);
    return fits ? std::string{text} : "";
}

} // namespace

std::string provider_fault(const outgoing_message& what) {
    if (what.by == channel::sms && !is_number(what.to)) return "the receiver is no telephone number";
    if (what.by == channel::push && !is_visible_ascii(what.to, token_bytes_max))
        return "the receiver is no device";
    if (!is_visible_ascii(what.message_id, message_id_bytes_max)) return "the message id is none";
    if (what.text.empty()) return "there is nothing to say";
    if (!http::is_utf8(what.text) || !http::is_utf8(what.subject)) return "the text is not UTF-8";
    return "";
}

delivery_report judge_provider_answer(const http_client::request_outcome& answer) {
    const int status = answer.status;
    if (status == 0) return {delivery_outcome::deferred, 0, answer.error, ""};
    const std::string said = "the provider answered " + std::to_string(status);
    if (status >= 200 && status < 300)
        return {delivery_outcome::accepted, status, said, provider_id_in(answer.body)};
    // Not signed in, elsewhere, too slow, too early, too many: nothing of it is the message's fault.
    constexpr int innocent[] = {401, 403, 404, 405, 407, 408, 425, 429};
    const bool is_refused =
        status >= 400 && status < 500
        && std::find(std::begin(innocent), std::end(innocent), status) == std::end(innocent);
    return {is_refused ? delivery_outcome::rejected : delivery_outcome::deferred, status, said, ""};
}

provider_transport::provider_transport(const std::string& url, const provider_settings& with,
                                       worker_threads::post_to_loop post_to_loop)
    : url_(url), with_(with), post_to_loop_(std::move(post_to_loop)) {}

task<delivery_report> provider_transport::deliver(outgoing_message what) {
    if (auto fault = provider_fault(what); !fault.empty())
        co_return delivery_report{delivery_outcome::rejected, 0, std::move(fault), ""};
    if (!threads_)
        threads_.emplace("provider post", static_cast<std::size_t>(with_.concurrent_max),
                         static_cast<std::size_t>(with_.waiting_max), post_to_loop_);
    if (!threads_->has_room())
        co_return delivery_report{delivery_outcome::deferred, 0, "too many messages wait for the provider",
                                  ""};
    const auto until = steady_clock::now() + with_.timeout;
    auto posting = threads_->run<http_client::request_outcome>([this, &what, until] {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
        if (left.count() <= 0)
            return http_client::request_outcome{0, "no thread became free in time", {}, {}};
        return http_client::send(make_post(what, left));
    });
    const auto answer = co_await posting;
    co_return judge_provider_answer(answer);
}

http_client::guarded_request provider_transport::make_post(const outgoing_message& what,
                                                           std::chrono::milliseconds left) const {
    http_client::guarded_request made;
    made.url = url_;
    made.headers = {{"Content-Type", "application/json"},
                    {"User-Agent", "KidEvent-Notifications/1"},
                    {"Idempotency-Key", what.message_id}};
    if (!with_.token.empty()) made.headers.emplace_back("Authorization", "Bearer " + with_.token);
    made.body = body_of(what);
    made.timeout = left;
    made.allow_inner = with_.addresses == "any";
    made.ca_file = with_.ca_file;
    made.body_bytes_max = answer_bytes_max;
    return made;
}

} // namespace kidevent::notifications
