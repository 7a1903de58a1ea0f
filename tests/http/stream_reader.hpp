#pragma once
// A browser's EventSource on a platform in this process, and the organisations that it listens to. For tests
// only.

#include "services.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

using namespace std::chrono_literals;

struct told {
    std::string id;
    std::string type; // without "com.kidevent." and ".v1"
    boost::json::object data;
};

// A browser's EventSource, as far as a server sees it.
class reader {
public:
    reader(api_client& through, const person& as, const std::string& topics, const std::string& last_id = "")
        : through_(through) {
        std::vector<header> headers;
        if (!last_id.empty()) headers.push_back({"Last-Event-ID", last_id});
        const auto asked = make_request("GET", as, "/api/v1/stream?topics=" + topics, "", headers);
        answered = through.served().call(asked);
        for (const auto& each : list_violations(asked, answered))
            BOOST_ERROR(each);
        if (auto* streamed = std::get_if<std::unique_ptr<body_stream>>(&answered.body)) {
            stream_ = std::move(*streamed);
            answered.body = std::string{};
            ask();
        }
    }

    bool is_open() const { return stream_ && !ended; }
    // What was heard, once there are that many events or after a second.
    std::vector<told> hear(std::size_t count) {
        wait_for([&] { return parse().size() >= count; });
        return parse();
    }
    // What has been heard so far.
    std::vector<told> parsed() const { return parse(); }
    // Nothing more comes within a while.
    std::vector<told> hear_all() {
        through_.run_for(150ms);
        return parse();
    }
    bool wait_for(const std::function<bool()>& condition) {
        for (int i = 0; i < 100 && !condition(); ++i)
            through_.run_for(20ms);
        return condition();
    }
    bool is_up_to_date() {
        return wait_for([this] { return text.find("\nid: ") != text.npos || text.find("id: ") == 0; });
    }
    bool has_ended() {
        return wait_for([this] { return ended; });
    }
    std::string last_id() {
        is_up_to_date();
        const auto at = text.rfind("id: ") + 4;
        return text.substr(at, text.find('\n', at) - at);
    }
    // Stops asking for more after the next piece, as a reader whose connection is stuck.
    void pause() { paused_ = true; }

    response answered;
    std::string text;
    bool ended = false;

private:
    void ask() {
        stream_->next([this](std::optional<std::string> piece) {
            ended = !piece;
            if (piece) text += *piece;
            if (piece && !paused_) ask();
        });
    }
    std::vector<told> parse() const {
        std::vector<told> all;
        for (std::size_t at = 0, end = 0; (end = text.find("\n\n", at)) != text.npos; at = end + 2) {
            const std::string block = "\n" + text.substr(at, end - at) + "\n";
            const auto field = [&block](const std::string& name) {
                const auto found = block.find("\n" + name + ": ");
                if (found == block.npos) return std::string{};
                const auto start = found + name.size() + 3;
                return block.substr(start, block.find('\n', start) - start);
            };
            std::string type = field("event");
            if (type.empty()) continue;
            if (type.starts_with("com.kidevent.")) type = type.substr(13, type.size() - 16);
            all.push_back({field("id"), type, boost::json::parse(field("data")).as_object()});
        }
        return all;
    }

    api_client& through_;
    std::unique_ptr<body_stream> stream_;
    bool paused_ = false;
};

inline std::string text_of(const boost::json::object& in, const char* member) {
    const auto* const found = in.if_contains(member);
    return found && found->is_string() ? std::string{std::string_view{found->get_string()}} : "";
}

inline std::string types(const std::vector<told>& of) {
    std::string all;
    for (const auto& each : of)
        all += (all.empty() ? "" : " ") + each.type;
    return all;
}

struct streams : two_organisations {
    streams() { publish(); }

    // What the relay does. All that was told goes out in one announcement.
    void publish() { superuser.rows("select platform.publish_events(10000)"); }
    void rename(const organisation& at, const std::string& event, const std::string& title) {
        const int version = std::stoi(superuser.value("select version from events where id = $1", {event}));
        BOOST_TEST(api.patch(at.staff, "/api/v1/events/" + event, version, {{"title", title}}).status == 200);
        publish();
    }
    settings changed(const std::function<void(realtime_settings&)>& change) const {
        settings made = with;
        made.cache.login_ttl = 0ms;
        change(made.realtime);
        return made;
    }
    int status_of(const person& as, const std::string& topics) {
        return reader{api, as, topics}.answered.status;
    }

    const person guest = anonymous_at("alpha");
};

} // namespace kidevent::tests
