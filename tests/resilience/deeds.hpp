#pragma once
// What people of both organisations do at once while something is broken. Each deed is attempted, and
// attempted again after the fault, as clients do; it knows what would be wrong. For tests only.

#include "http/stream_reader.hpp"
#include "resilience/world.hpp"

#include <algorithm>
#include <list>

namespace kidevent::tests::resilience {

using std::chrono::steady_clock;

// What came of an attempt, of the answers to both organisations together.
struct outcome {
    bool is_right = true;   // every answer is what it is without a fault
    bool is_refused = true; // every answer is a 503 that says when to come back
    milliseconds quickest = 1h;
    milliseconds slowest{0};
    std::string said; // for the log

    void add(const answer& got, milliseconds took, bool right) {
        is_right = is_right && right;
        is_refused = is_refused && got.status == 503 && got.code().ends_with("unavailable")
                     && !got.header_value("Retry-After").empty();
        quickest = std::min(quickest, took);
        slowest = std::max(slowest, took);
        said += std::to_string(got.status) + " " + got.code() + " after " + std::to_string(took.count())
                + " ms; ";
    }
};

class attempted_deed {
public:
    explicit attempted_deed(world& in) : in_(in) {}
    virtual ~attempted_deed() = default;
    attempted_deed(const attempted_deed&) = delete;
    attempted_deed& operator=(const attempted_deed&) = delete;

    // `begin_fault` is called once, when the fault would hurt most.
    virtual outcome attempt(const std::function<void()>& begin_fault) = 0;
    // Reports to the test what is half done or done twice.
    virtual void check_kept() {}

protected:
    struct timed {
        answer got;
        milliseconds took;
    };
    timed send(const request& wanted) {
        const auto began = steady_clock::now();
        answer got = in_.on.send(wanted);
        return {std::move(got), since(began)};
    }
    static milliseconds since(steady_clock::time_point began) {
        return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
    }
    std::vector<const organisation*> both() const { return {&in_.alpha, &in_.beta}; }
    // What is said to one organisation names nothing of the other one.
    bool is_own(const organisation& at, const answer& got) const {
        const organisation& other = &at == &in_.alpha ? in_.beta : in_.alpha;
        return got.text.find("CANARY-" + other.slug) == std::string::npos
               && got.text.find(other.event) == std::string::npos;
    }

    world& in_;
};

class browsing : public attempted_deed {
public:
    // Redis is left alone for a while after a change: cache.answer_ttl.
    explicit browsing(world& in) : attempted_deed(in) {
        if (in.of == dependency::redis) in.on.run_for(300ms);
    }

    outcome attempt(const std::function<void()>& begin_fault) override {
        outcome all;
        begin_fault();
        // Another list each time: this worker remembers none of them.
        static int lists_read = 0;
        const std::string path = "/api/v1/events?limit=" + std::to_string(20 + lists_read++ % 80);
        for (const organisation* at : both()) {
            const auto [got, took] = send(make_request("GET", anonymous_at(at->slug), path));
            const bool lists_own = got.text.find(at->event) != std::string::npos;
            all.add(got, took, got.status == 200 && lists_own && is_own(*at, got));
        }
        return all;
    }
};

class enrolling : public attempted_deed {
public:
    explicit enrolling(world& in) : attempted_deed(in) {
        for (const organisation* at : both()) {
            const person& guardian = at->first.guardian;
            const auto offered = in.add_event(at->staff, "CANARY-" + at->slug + " swim", {{"capacity", 3}});
            const std::string child = in.add_child(guardian, born_years_ago(9));
            const std::string body = boost::json::serialize(places({{child, offered.session}}));
            each_.push_back({at, child, offered.event, offered.session,
                             make_request("POST", guardian, "/api/v1/registrations", body,
                                          {{"Idempotency-Key", "once-" + child}})});
        }
    }

    outcome attempt(const std::function<void()>& begin_fault) override {
        outcome all;
        const bool in_transaction = !std::exchange(repeated_, true) && in_.of == dependency::postgresql;
        if (!in_transaction) begin_fault();
        for (const wish& one : each_) {
            const bool meets_it = in_transaction && &one == &each_.front();
            const auto [got, took] = meets_it ? send_into(begin_fault, one) : send(one.sent);
            all.add(got, took, got.status == 201 && is_own(*one.at, got) && shows_places(got, one));
        }
        return all;
    }

    void check_kept() override {
        for (const wish& one : each_) {
            const auto taken = in_.seats_taken(one.session);
            BOOST_TEST(taken <= 1);
            const auto made = in_.superuser.value("select count(*) from registrations where session_id = $1"
                                                  " and child_id = $2 and tenant_id = $3",
                                                  {one.session, one.child, one.at->id});
            BOOST_TEST(made == std::to_string(taken));
            const auto told = in_.superuser.value(
                "select count(*) from platform.outbox where type like '%registration.created%'"
                " and tenant_id = $1 and data ->> 'child_id' = $2",
                {one.at->id, one.child});
            BOOST_TEST(told == std::to_string(taken));
        }
    }

private:
    struct wish {
        const organisation* at;
        std::string child;
        std::string event;
        std::string session;
        request sent;
    };

    // The fault begins while the transaction is under way: it waits for the child that somebody else changes.
    timed send_into(const std::function<void()>& begin_fault, const wish& one) {
        sql_session blocker = in_.cluster.superuser(in_.database.name);
        blocker.execute("begin");
        blocker.rows("select from children where id = $1 for update", {one.child});
        std::optional<response> received;
        in_.on.served().handle(one.sent, [&received](response got) { received = std::move(got); });
        BOOST_TEST(in_.wait_for([this] { return is_blocked(); }, 1000ms));
        const auto began = steady_clock::now();
        begin_fault();
        blocker.execute("commit");
        if (!in_.wait_for([&received] { return received.has_value(); }, 10s))
            throw std::runtime_error("a registration was never answered");
        for (const std::string& each : list_violations(one.sent, *received))
            BOOST_ERROR(each);
        return {to_answer(*received), since(began)};
    }
    bool is_blocked() {
        return in_.superuser.value("select count(*) from pg_stat_activity where datname = current_database()"
                                   " and wait_event_type = 'Lock'")
               == "1";
    }
    // At once, on this worker.
    bool shows_places(const answer& got, const wish& one) {
        if (got.status != 201) return false;
        const auto shown = in_.on.get(anonymous_at(one.at->slug), "/api/v1/events/" + one.event);
        return shown.status == 200 && shown.body.at("sessions").at(0).at("places_left").as_int64() == 2;
    }

    std::vector<wish> each_;
    bool repeated_ = false;
};

class managing : public attempted_deed {
public:
    using attempted_deed::attempted_deed;

    outcome attempt(const std::function<void()>& begin_fault) override {
        outcome all;
        begin_fault();
        static int names_given = 0;
        const std::string name = "name " + std::to_string(++names_given);
        for (const organisation* at : both()) {
            auto wanted = make_request("PATCH", at->staff, "/api/v1/events/" + at->event,
                                       boost::json::serialize(boost::json::object{{"title", name}}),
                                       {{"If-Match", "\"v" + version_of(at->event) + "\""}});
            const auto [changed, took] = send(wanted);
            all.add(changed, took, changed.status == 200 && changed.member("title") == name);
            const auto [roster, took_too] =
                send(make_request("GET", at->staff, "/api/v1/sessions/" + at->session + "/roster"));
            const bool lists_own = roster.text.find("CANARY-" + at->slug) != std::string::npos;
            all.add(roster, took_too, roster.status == 200 && lists_own && is_own(*at, roster));
            if (changed.status != 200) continue;
            const auto shown = in_.on.get(anonymous_at(at->slug), "/api/v1/events/" + at->event);
            all.is_right = all.is_right && shown.member("title") == name;
        }
        return all;
    }

private:
    std::string version_of(const std::string& event) {
        return in_.superuser.value("select version from events where id = $1", {event});
    }
};

// Events happen elsewhere; the streams are on the worker with the fault.
class listening : public attempted_deed {
public:
    explicit listening(world& in) : attempted_deed(in) {
        in.publish();
        for (const organisation* at : both())
            streams_.emplace_back(in, *at);
    }

    outcome attempt(const std::function<void()>& begin_fault) override {
        outcome all;
        all.is_refused = false;
        begin_fault();
        const auto began = steady_clock::now();
        // As long as something is missing, nothing new happens.
        if (hears_all(0ms))
            for (stream& each : streams_)
                rename(each);
        in_.publish();
        all.is_right = hears_all(1200ms);
        all.quickest = all.slowest = since(began);
        all.said = all.is_right ? "heard all" : "heard not all yet";
        return all;
    }

    // Who comes back with the first id hears the same, once.
    void check_kept() override {
        if (!in_.is_healthy()) return; // it is asked again when it is
        for (stream& each : streams_) {
            BOOST_TEST(each.heard.is_open());
            BOOST_TEST(ids_of(each.heard.hear_all()).size() <= each.happened.size());
            if (!hears_all(0ms)) continue;
            reader back{in_.on, anonymous_at(each.at->slug), "events", each.began_at};
            back.wait_for([&] { return ids_of(back.hear(0)).size() >= each.happened.size(); });
            BOOST_TEST(ids_of(back.hear_all()) == each.happened, boost::test_tools::per_element());
        }
    }

private:
    struct stream {
        stream(world& in, const organisation& of)
            : at(&of), heard(in.on, anonymous_at(of.slug), "events"), began_at(heard.last_id()) {}

        const organisation* at;
        reader heard;
        std::string began_at;
        std::vector<std::string> happened{}; // positions
    };

    void rename(stream& of) {
        const int version =
            std::stoi(in_.superuser.value("select version from events where id = $1", {of.at->event}));
        static int names_given = 0;
        const auto done = in_.api.patch(of.at->staff, "/api/v1/events/" + of.at->event, version,
                                        {{"title", "told " + std::to_string(++names_given)}});
        if (done.status != 200) throw std::runtime_error("an event was not renamed: " + done.text);
        in_.publish();
        in_.wait_for([&] { return position_of_last(of) != ""; }, 2s);
        of.happened.push_back(position_of_last(of));
    }
    std::string position_of_last(const stream& of) {
        return in_.superuser.value("select position from platform.outbox where tenant_id = $1"
                                   " order by sequence desc limit 1",
                                   {of.at->id});
    }
    static std::vector<std::string> ids_of(const std::vector<told>& all) {
        std::vector<std::string> ids;
        for (const told& each : all)
            ids.push_back(each.type == "event.updated" ? each.id : each.type);
        return ids;
    }
    bool hears_all(milliseconds limit) {
        return in_.wait_for(
            [this] {
                return std::all_of(streams_.begin(), streams_.end(),
                                   [](stream& each) { return ids_of(each.heard.parsed()) == each.happened; });
            },
            limit);
    }

    std::list<stream> streams_; // a reader stays where it is
};

// The browser has been at the provider when the fault begins: the code that it brings back is still to be
// redeemed.
class coming_back : public attempted_deed {
public:
    using attempted_deed::attempted_deed;

    outcome attempt(const std::function<void()>& begin_fault) override {
        outcome all;
        std::vector<std::pair<const organisation*, request>> returns;
        for (const organisation* at : both()) {
            const std::string path = "/api/v1/identity-providers/" + in_.providers.at(at->slug);
            const auto [out, took] =
                send(make_request("GET", anonymous_at(at->slug), path + "/authorization"));
            if (out.status != 302) all.add(out, took, false);
            const std::string url = out.header_value("Location");
            const std::string cookie = out.header_value("Set-Cookie");
            returns.emplace_back(at, make_request("GET", anonymous_at(at->slug),
                                                  path + "/callback?code=honest." + query_value(url, "nonce")
                                                      + "&state=" + query_value(url, "state") + "&iss=http://"
                                                      + in_.proxy.address(),
                                                  "", {{"Cookie", cookie.substr(0, cookie.find(';'))}}));
        }
        begin_fault();
        for (const auto& [at, back] : returns) {
            const auto [got, took] = send(back);
            all.add(got, took, got.status == 302 && is_own(*at, got));
            if (got.status != 302) continue;
            std::string token;
            for (const header& each : got.headers)
                if (each.value.starts_with("__Host-kidevent=")) token = each.value.substr(16, 43);
            person ours = anonymous_at(at->slug);
            ours.token = token;
            all.is_right = all.is_right && in_.on.get(ours, "/api/v1/accounts/me").status == 200;
        }
        return all;
    }

    void check_kept() override {
        for (const organisation* at : both())
            BOOST_TEST(
                in_.superuser.value("select count(*) from external_identities where tenant_id = $1", {at->id})
                == in_.superuser.value("select count(*) from accounts where tenant_id = $1"
                                       " and email = 'mallory@example.org'",
                                       {at->id}));
    }
};

inline std::unique_ptr<attempted_deed> make_deed(deed what, world& in) {
    switch (what) {
    case deed::browse: return std::make_unique<browsing>(in);
    case deed::enrol: return std::make_unique<enrolling>(in);
    case deed::manage: return std::make_unique<managing>(in);
    case deed::listen: return std::make_unique<listening>(in);
    case deed::sign_in: return std::make_unique<coming_back>(in);
    }
    throw std::logic_error("a deed that nobody does");
}

} // namespace kidevent::tests::resilience
