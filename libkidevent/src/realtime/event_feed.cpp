#include "realtime/event_feed.hpp"

#include "db/db_error.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>

namespace kidevent::realtime {

namespace {

using std::chrono::steady_clock;

// The pace of what is repeated: reads that failed, signs of life, looking at logins.
constexpr std::chrono::milliseconds tick_length{250};

hub::limits limits_of(const settings& with) {
    // A stream holds a connection of nginx: a quarter of them stays free for requests.
    const auto connections = with.fastcgi.connections_max - with.fastcgi.connections_max / 4;
    return {static_cast<std::size_t>(std::min(with.realtime.streams_max, connections)),
            static_cast<std::size_t>(with.realtime.streams_per_account_max),
            static_cast<std::size_t>(with.realtime.streams_per_address_max),
            static_cast<std::size_t>(with.realtime.backlog_max)};
}

// Clients come back within 1 to 5 seconds, not all at the same moment.
std::string farewell(std::size_t ended_before) {
    return "retry: " + std::to_string(1000 + ended_before * 37 % 4000)
           + "\n: this worker goes, come back\n\n";
}

shared_text greeting() {
    static const auto text = std::make_shared<const std::string>("retry: 3000\n\n");
    return text;
}

// std::nullopt for what we never sent as an id.
std::optional<std::int64_t> parse_position(std::string_view text) {
    std::int64_t position = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), position);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || position < 0) return std::nullopt;
    return position;
}

} // namespace

event_feed::event_feed(boost::asio::io_context& loop, const settings& with, db::database& database,
                       tenancy::tenant_resolver& tenants, identity::login_service& logins)
    : timer_(loop),
      with_(with.realtime),
      database_(database),
      tenants_(tenants),
      logins_(logins),
      hub_(limits_of(with),
           [&loop](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }) {}

void event_feed::start() {
    kept_alive_at_ = steady_clock::now();
    tick_later();
}

void event_feed::stop() noexcept {
    stopping_ = true;
    timer_.cancel();
}

void event_feed::begin_drain() {
    draining_ = true;
    hub_.end_all(farewell);
}

result<std::unique_ptr<body_stream>> event_feed::open(tenancy::tenant_ptr at, audience_member person,
                                                      std::string_view last_event_id) {
    const tenant_id id = at->handle.id();
    auto admitted = hub_.admit(std::move(person));
    if (!admitted) return admitted.error();
    auto stream = std::make_unique<subscriber_stream>(*admitted);
    // A refusal would stop a browser for good; this one comes back, to another worker.
    if (draining_) {
        hub_.end(**admitted, farewell(0));
        return std::unique_ptr<body_stream>(std::move(stream));
    }
    hub_.send(**admitted, greeting());
    auto& of = sources_[id];
    if (!of) of = std::make_shared<source>();
    of->at = std::move(at);
    newcomer one{*admitted, std::nullopt};
    // What is no position of ours is older than everything.
    if (!last_event_id.empty()) one.heard_upto = parse_position(last_event_id).value_or(-1);
    of->newcomers.push_back(std::move(one));
    begin_reading(of);
    return std::unique_ptr<body_stream>(std::move(stream));
}

void event_feed::on_events_published(std::string_view announcement) {
    const auto told = outbox::parse_announcement(announcement);
    for (const auto& [id, of] : sources_) {
        const bool concerns =
            !told.is_complete
            || std::find(told.tenants.begin(), told.tenants.end(), id) != told.tenants.end();
        if (!concerns || (told.is_complete && of->seen && *of->seen >= told.last)) continue;
        of->has_news = true;
        begin_reading(of);
    }
}

void event_feed::on_tenant_changed(std::string_view slug) {
    for (const auto& [id, of] : sources_) {
        if (!slug.empty() && of->at->slug != slug) continue;
        of->is_in_doubt = true;
        begin_reading(of);
    }
}

void event_feed::begin_reading(const source_ptr& of) {
    if (of->is_being_read || stopping_) return;
    of->is_being_read = true;
    detach(read(of));
}

task<> event_feed::read(source_ptr of) {
    try {
        while (of->is_ahead() && !stopping_) {
            auto step = read_step(of);
            co_await step;
        }
    } catch (const db::db_error& failed) {
        // The next tick tries again, from where we are.
        of->has_news = true;
        if (failed.what_kind() == db::db_error::kind::capability) {
            tenants_.forget(of->at->slug);
            of->is_in_doubt = true;
        }
    } catch (const std::exception& failed) {
        of->has_news = true;
        log::error("events for streams could not be read", {{"detail", failed.what()}});
    }
    of->is_being_read = false;
}

task<> event_feed::read_step(source_ptr of) {
    if (of->is_in_doubt) {
        auto checking = check_tenant(of);
        co_await checking;
    }
    if (!of->seen) {
        auto finding = find_position(of);
        co_await finding;
    }
    if (of->has_news) {
        auto reading = read_news(of);
        co_await reading;
    }
    if (!of->newcomers.empty()) {
        auto welcoming = welcome(of);
        co_await welcoming;
    }
}

task<> event_feed::check_tenant(source_ptr of) {
    auto resolving = tenants_.resolve_slug(of->at->slug);
    const auto found = co_await resolving;
    of->is_in_doubt = false;
    if (found && (*found)->features.has(tenancy::feature::realtime)) {
        of->at = *found;
        co_return;
    }
    hub_.end_tenant(of->at->handle.id(), ": this organisation has no streams now\n\n");
}

task<> event_feed::find_position(source_ptr of) {
    db::tenant_batch batch{database_, of->at->handle};
    const auto found = outbox::add_last_position(batch);
    auto running = batch.run();
    co_await running;
    of->seen = found.rows().front().get<std::int64_t>(0);
}

task<> event_feed::read_news(source_ptr of) {
    // Nobody who keeps up may be taken for slow because of what is told at once, places included.
    const auto read_at_once = std::clamp<std::int64_t>(with_.backlog_max / 2, 1, 200);
    of->has_news = false;
    const tenant_id at = of->at->handle.id();
    published events;
    {
        db::tenant_batch batch{database_, of->at->handle};
        const auto found = outbox::add_list_events(batch, *of->seen, static_cast<int>(read_at_once));
        auto running = batch.run();
        co_await running;
        events = outbox::read_events(found.rows(), at, of->at->slug);
    }
    if (events.empty()) co_return;
    const auto upto = events.back().position;
    if (std::ssize(events) == read_at_once) of->has_news = true;
    std::vector<session_id> heard;
    for (const auto& each : events)
        if (const auto id = session_touched_by(each))
            if (hub_.is_heard(at, {topic_kind::session, id->value})) heard.push_back(*id);
    auto making = make_messages(of, std::move(events), std::move(heard));
    const auto messages = co_await making;
    for (const message& each : messages)
        hub_.publish(at, each);
    of->seen = upto;
}

// The events in order, and behind them the places of each of these sessions, once, as they are now.
task<std::vector<message>> event_feed::make_messages(source_ptr of, published events,
                                                     std::vector<session_id> heard) {
    std::vector<message> made;
    for (const auto& each : events)
        if (auto one = make_message(each)) made.push_back(std::move(*one));
    if (heard.empty()) co_return made;
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    db::tenant_batch batch{database_, of->at->handle};
    const auto found = events::add_list_places(batch, heard);
    auto running = batch.run();
    co_await running;
    for (const auto& each : events::read_places(found.rows()))
        made.push_back(make_places_message(events.back().position, each));
    co_return made;
}

task<> event_feed::welcome(source_ptr of) {
    // In groups that heard the same: after a restart of a worker that is nearly everybody.
    std::map<std::int64_t, std::vector<newcomer>> missed;
    std::erase_if(of->newcomers, [this, &of, &missed](const newcomer& each) {
        if (!each.who->in || each.who->ending) return true;
        if (each.heard_upto) {
            missed[*each.heard_upto].push_back(each);
            return false;
        }
        hub_.send(*each.who, std::make_shared<const std::string>(position_frame(*of->seen)));
        hub_.join(*each.who);
        return true;
    });
    for (const auto& [position, group] : missed) {
        auto repeating = repeat_missed(of, group);
        co_await repeating;
        std::erase_if(of->newcomers, [](const newcomer& each) {
            return !each.who->in || each.who->ending || each.who->joined;
        });
    }
}

// Nothing is told to others meanwhile: who joins has heard exactly what they have.
task<> event_feed::repeat_missed(source_ptr of, std::vector<newcomer> to) {
    const auto upto = *to.front().heard_upto;
    const int wanted = static_cast<int>(with_.replay_max) + 1;
    published events;
    bool is_known = upto == 0; // what a client is told that comes before the first event
    {
        // The last one that they heard is asked for, too: when it is gone, so may be others behind it.
        db::tenant_batch batch{database_, of->at->handle};
        const auto found = outbox::add_list_events(batch, std::max<std::int64_t>(upto, 0) - 1, wanted + 1);
        auto running = batch.run();
        co_await running;
        events = outbox::read_events(found.rows(), of->at->handle.id(), of->at->slug);
    }
    is_known = is_known || (!events.empty() && events.front().position == upto);
    // Another worker told them what we have not read yet.
    if (is_known && upto > *of->seen) {
        of->has_news = true;
        co_return;
    }
    std::erase_if(events, [upto](const auto& each) { return each.position <= upto; });
    if (!is_known || std::ssize(events) >= wanted) {
        const auto reset = std::make_shared<const std::string>(frame(*of->seen, "reset", "{}"));
        for (const newcomer& each : to) {
            hub_.send(*each.who, reset);
            hub_.join(*each.who);
        }
        co_return;
    }
    // What we have not read ourselves yet, everybody hears of together.
    std::erase_if(events, [&of](const auto& each) { return each.position > *of->seen; });
    std::vector<message> messages;
    if (!events.empty()) {
        std::vector<session_id> heard;
        for (const auto& each : events)
            if (const auto id = session_touched_by(each)) heard.push_back(*id);
        auto making = make_messages(of, std::move(events), std::move(heard));
        messages = co_await making;
    }
    for (const newcomer& each : to) {
        std::string missed;
        for (const message& one : messages)
            if (each.who->hears(one)) missed += *one.text;
        if (!missed.empty()) hub_.send(*each.who, std::make_shared<const std::string>(std::move(missed)));
        hub_.join(*each.who);
    }
}

// One login after the other: an answer that takes long delays the next look, not a request.
task<> event_feed::check_logins() {
    is_checking_logins_ = true;
    const auto now = steady_clock::now();
    try {
        const auto due = hub_.list_checked_before(now - with_.recheck);
        for (const subscriber_ptr& each : due) {
            const auto at = sources_.find(each->person.at);
            if (stopping_) break;
            if (!each->in || at == sources_.end()) continue;
            const tenancy::tenant_ptr tenant = at->second->at;
            auto asking = logins_.find_actor(*tenant, each->person.login_token);
            const actor found = co_await asking;
            each->checked_at = now;
            if (!found.may_the_same_as(each->person.who)) hub_.end(*each, ": the login changed\n\n");
        }
    } catch (const std::exception&) {
        // The database does not answer: nothing can be told either. The next tick looks again.
    }
    is_checking_logins_ = false;
}

void event_feed::tick() {
    const auto now = steady_clock::now();
    if (now - kept_alive_at_ >= with_.heartbeat) {
        kept_alive_at_ = now;
        hub_.keep_alive();
    }
    std::erase_if(sources_, [this](const auto& each) {
        return !each.second->is_being_read && !hub_.has_streams(each.first);
    });
    for (const auto& [id, of] : sources_)
        if (of->is_ahead()) begin_reading(of);
    if (!is_checking_logins_) detach(check_logins());
}

void event_feed::tick_later() {
    timer_.expires_after(tick_length);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled || stopping_) return;
        tick();
        tick_later();
    });
}

} // namespace kidevent::realtime
