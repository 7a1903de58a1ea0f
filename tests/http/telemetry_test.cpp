// What the platform tells of itself while it answers: metrics, traces, error reports, health.

#include "support/api_client.hpp"
#include "support/post_receiver.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <functional>
#include <unistd.h>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

constexpr const char* traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

struct observed : two_organisations {
    settings told = with;

    // The value of a series in the exposition; -1 when it is not there.
    static double value(api_client& of, const std::string& series) {
        const std::string text = "\n" + of.served().metrics_text();
        const auto at = text.find("\n" + series + " ");
        return at == text.npos ? -1 : std::stod(text.substr(at + series.size() + 2));
    }
    static bool wait_until(api_client& with_loop, const std::function<bool()>& condition) {
        for (int i = 0; i < 200 && !condition(); ++i)
            with_loop.run_for(std::chrono::milliseconds{50});
        return condition();
    }
};

std::string route_count(const std::string& method, const std::string& route, int status) {
    return "http_server_request_duration_seconds_count{http_request_method=\"" + method + "\",http_route=\""
           + route + "\",http_response_status_code=\"" + std::to_string(status) + "\"}";
}

// What `write` prints on file descriptor 2.
std::string printed_by(const std::function<void()>& write) {
    std::FILE* const file = std::tmpfile();
    const int kept = ::dup(STDERR_FILENO);
    ::dup2(::fileno(file), STDERR_FILENO);
    write();
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    std::rewind(file);
    std::string text(1 << 20, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

// The first line with this body, as JSON.
json::object line_of(const std::string& printed, const std::string& body) {
    std::size_t at = 0;
    while (at < printed.size()) {
        const auto end = std::min(printed.find('\n', at), printed.size());
        const auto line = printed.substr(at, end - at);
        if (line.find("\"body\":\"" + body + "\"") != line.npos) return json::parse(line).as_object();
        at = end + 1;
    }
    return {};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_telemetry, observed)

BOOST_AUTO_TEST_CASE(requests_are_counted_by_route_and_never_by_path) {
    api_client fresh{told};
    fresh.get(anonymous_at("alpha"), "/api/v1/events/" + alpha.event);
    fresh.get(anonymous_at("alpha"), "/api/v1/events/" + beta.event);
    fresh.get(anonymous_at("alpha"), "/api/v1/nothing/CANARY");
    fresh.send(make_request("HEAD", anonymous_at("alpha"), "/api/v1/events"));
    fresh.send(make_request("BREW", anonymous_at("alpha"), "/api/v1/events"));
    fresh.get({"x"}, "/livez");
    BOOST_TEST(value(fresh, route_count("GET", "/api/v1/events/{event_id}", 200)) == 1);
    BOOST_TEST(value(fresh, route_count("GET", "/api/v1/events/{event_id}", 404)) == 1);
    BOOST_TEST(value(fresh, route_count("GET", "(none)", 404)) == 1);
    BOOST_TEST(value(fresh, route_count("HEAD", "/api/v1/events", 200)) == 1);
    BOOST_TEST(value(fresh, route_count("_OTHER", "(none)", 405)) == 1);
    BOOST_TEST(value(fresh, route_count("GET", "/livez", 200)) == 1);
    BOOST_TEST(value(fresh, "http_server_active_requests") == 0);
    BOOST_TEST(value(fresh, "kidevent_tenant_requests_total{tenant=\"alpha\"}") == 5);
    const auto text = fresh.served().metrics_text();
    BOOST_TEST(text.find("CANARY") == text.npos);
    BOOST_TEST(text.find(alpha.event) == text.npos);
}

BOOST_AUTO_TEST_CASE(what_happens_in_the_domains_is_counted) {
    api_client fresh{told};
    const auto guardian = fresh.sign_up("alpha", "counted@alpha.example");
    fresh.post(anonymous_at("alpha"), "/api/v1/logins",
               json::value{{"email", "counted@alpha.example"}, {"password", "wrong but long"}});
    fresh.sign_in("alpha", "counted@alpha.example");
    BOOST_TEST(value(fresh, "kidevent_accounts_created_total") == 1);
    BOOST_TEST(value(fresh, "kidevent_sign_ins_total{result=\"failed\"}") == 1);
    BOOST_TEST(value(fresh, "kidevent_sign_ins_total{result=\"succeeded\"}") == 1);
    BOOST_TEST(value(fresh, "kidevent_sign_ins_total{result=\"limited\"}") == 0);

    // The fixture's own client: the last place, and then none.
    const auto made = value(api, "kidevent_registrations_made_total");
    const auto sold_out = value(api, "kidevent_sessions_sold_out_total");
    const auto published = value(api, "kidevent_events_published_total");
    const auto small = add_event(alpha.staff, "One place", {{"capacity", 1}});
    BOOST_TEST(register_child(alpha.first.guardian, alpha.first.sibling, small.session).status == 201);
    BOOST_TEST(register_child(alpha.second.guardian, alpha.second.child, small.session).code()
               == "session_full");
    BOOST_TEST(value(api, "kidevent_registrations_made_total") == made + 1);
    BOOST_TEST(value(api, "kidevent_sessions_sold_out_total") == sold_out + 1);
    BOOST_TEST(value(api, "kidevent_events_published_total") == published + 1);
    BOOST_TEST(value(api, "kidevent_registrations_refused_total{reason=\"session_full\"}") >= 1);
}

BOOST_AUTO_TEST_CASE(who_is_worked_on_waits_and_is_refused_is_counted) {
    told.http.request_timeout = std::chrono::milliseconds{500};
    told.db.lock_timeout = told.db.statement_timeout = std::chrono::milliseconds{20'000};
    told.admission.in_flight_max = 1;
    told.admission.reserved = 0;
    told.admission.waiting_max = 1;
    told.admission.wait = std::chrono::milliseconds{20'000};
    api_client busy{told};
    const auto child = json::value(places({{alpha.first.child, alpha.later_session}}));
    superuser.execute("begin");
    superuser.rows("select id from sessions where id = $1 for update", {alpha.later_session});
    // The first one has the only place and waits for the row, the second one for the place; that they are
    // answered does not end their work.
    BOOST_TEST(busy.post(alpha.first.guardian, "/api/v1/registrations", child).status == 504);
    BOOST_TEST(busy.get(anonymous_at("beta"), "/api/v1/organisation").status == 504);
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(busy.get(anonymous_at("beta"), "/api/v1/organisation").code() == "overloaded");
    busy.run_for(std::chrono::milliseconds{1100});
    BOOST_TEST(value(busy, "kidevent_admission_requests_in_flight") == 1);
    BOOST_TEST(value(busy, "kidevent_admission_requests_waiting") == 1);
    BOOST_TEST(value(busy, "kidevent_admission_refused_total{reason=\"overload\"}") == 3);
    BOOST_TEST(value(busy, "kidevent_admission_refused_total{reason=\"plan\"}") == 0);
    const auto let_in = value(busy, "kidevent_admission_admitted_total");
    superuser.execute("rollback");
    busy.run_for(std::chrono::milliseconds{300});

    busy.put(admin, "/api/v1/plans/slow", json::value{{"requests_per_second", 1}, {"requests_burst", 1}});
    busy.put(admin, "/api/v1/tenants/alpha",
             json::value{{"name", "Alpha"}, {"owner_email", "owner@alpha.example"}, {"plan", "slow"}});
    busy.run_for(std::chrono::milliseconds{1100});
    BOOST_TEST(value(busy, "kidevent_admission_requests_in_flight") == 0);
    BOOST_TEST(value(busy, "kidevent_admission_requests_waiting") == 0);
    BOOST_TEST(value(busy, "kidevent_admission_admitted_total") == let_in + 3);
    for (int i = 0; i < 5; ++i)
        busy.get(anonymous_at("alpha"), "/api/v1/organisation");
    busy.run_for(std::chrono::milliseconds{1100});
    BOOST_TEST(value(busy, "kidevent_rate_limited_total{policy=\"tenant\"}") >= 3);
    BOOST_TEST(value(busy, "kidevent_rate_limited_total{policy=\"address\"}") == 0);
}

BOOST_AUTO_TEST_CASE(a_trace_is_continued_and_exported) {
    const post_receiver collector;
    told.telemetry.traces_url = collector.url("/v1/traces");
    told.telemetry.traces_per_thousand = 0;
    api_client traced{told};
    const auto guardian = traced.sign_in("alpha", alpha.first.guardian.email);
    const auto answer = traced.get(guardian, "/api/v1/children?limit=3", {{"Traceparent", traceparent}});
    BOOST_TEST(answer.status == 200);
    const auto out = answer.header_value("traceparent");
    BOOST_TEST(out.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    BOOST_TEST(out.ends_with("-01"));
    BOOST_TEST(out.find("00f067aa0ba902b7") == out.npos);
    // Without the header, or with two of them, the trace is our own.
    const auto doubled = traced.get(guardian, "/api/v1/children",
                                    {{"traceparent", traceparent}, {"traceparent", traceparent}});
    BOOST_TEST(doubled.header_value("traceparent").find("4bf92f35") == std::string::npos);

    BOOST_TEST(wait_until(traced, [&] { return !collector.received().empty(); }));
    const auto posts = collector.received();
    BOOST_TEST_REQUIRE(posts.size() == 1U);
    BOOST_TEST(posts[0].target == "/v1/traces");
    BOOST_TEST(posts[0].header_value("Content-Type") == "application/json");
    const auto body = json::parse(posts[0].body);
    const auto& spans = body.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").as_array();
    std::string names;
    for (const auto& each : spans) {
        BOOST_TEST(each.at("traceId").as_string() == "4bf92f3577b34da6a3ce929d0e0e4736");
        BOOST_TEST(each.at("spanId").as_string().size() == 16U);
        const auto began = std::stoull(std::string{each.at("startTimeUnixNano").as_string()});
        const auto ended = std::stoull(std::string{each.at("endTimeUnixNano").as_string()});
        BOOST_TEST(began <= ended);
        names += std::string{each.at("name").as_string()} + "; ";
    }
    BOOST_TEST(names.starts_with("GET /api/v1/children; "), names);
    for (const char* part : {"login; ", "handler; ", "logins.find", "children.list"})
        BOOST_TEST(names.find(part) != names.npos, names);
    BOOST_TEST(posts[0].body.find("limit=3") == std::string::npos);
    BOOST_TEST(posts[0].body.find("@alpha.example") == std::string::npos);
    BOOST_TEST(
        wait_until(traced, [&] { return value(traced, "kidevent_spans_total{result=\"exported\"}") > 3; }));
}

BOOST_AUTO_TEST_CASE(spans_that_nobody_takes_are_counted_and_hold_nobody_up) {
    const post_receiver refusing{503};
    told.telemetry.traces_url = refusing.url("/v1/traces");
    told.telemetry.traces_per_thousand = 1000;
    api_client traced{told};
    for (int i = 0; i < 200; ++i)
        BOOST_TEST(traced.get(anonymous_at("alpha"), "/api/v1/organisation").status == 200);
    BOOST_TEST(
        wait_until(traced, [&] { return value(traced, "kidevent_spans_total{result=\"dropped\"}") >= 200; }));
    BOOST_TEST(value(traced, "kidevent_spans_total{result=\"exported\"}") == 0);
}

BOOST_AUTO_TEST_CASE(a_fault_of_ours_is_reported_without_anything_personal) {
    const post_receiver sentry;
    told.telemetry.sentry_dsn = "http://public@" + sentry.address() + "/7";
    api_client broken{told};
    // A statement that cannot work: the column that it reads is gone.
    const auto guardian = broken.sign_in("alpha", alpha.first.guardian.email);
    superuser.execute("alter table children rename column given_name to gone");
    const json::value child{
        {"given_name", "CANARY-name"}, {"family_name", "CANARY-family"}, {"birth_date", "2018-01-01"}};
    const auto wanted = make_request("POST", guardian, "/api/v1/children", json::serialize(child),
                                     {{"User-Agent", "CANARY-agent"}});
    for (int i = 0; i < 15; ++i)
        BOOST_TEST(broken.served().call(wanted).status == 500);
    superuser.execute("alter table children rename column gone to given_name");
    BOOST_TEST(wait_until(broken, [&] { return sentry.received().size() >= 10; }));
    broken.run_for(std::chrono::milliseconds{1500});
    const auto reports = sentry.received();
    BOOST_TEST(reports.size() == 10U);
    for (const auto& each : reports) {
        BOOST_TEST(each.target == "/api/7/envelope/");
        BOOST_TEST(each.header_value("X-Sentry-Auth").find("sentry_key=public") != std::string_view::npos);
        for (const std::string canary :
             {"CANARY", "2018-01-01", "@alpha.example", guardian.token.c_str(), "given_name"})
            BOOST_TEST(each.body.find(canary) == std::string::npos, canary << " in " << each.body);
        BOOST_TEST(each.body.find("createChild") != std::string::npos);
        BOOST_TEST(each.body.find("42703") != std::string::npos, each.body);
    }
    BOOST_TEST(value(broken, "kidevent_error_reports_total{result=\"limited\"}") == 5);
    BOOST_TEST(value(broken, "kidevent_error_reports_total{result=\"sent\"}") == 10);
    BOOST_TEST(value(broken, "kidevent_db_errors_total{kind=\"statement\"}") == 15);
}

BOOST_AUTO_TEST_CASE(a_line_for_each_request_names_no_person) {
    told.log.level = "info";
    told.log.requests = "all";
    told.log.slow_request = std::chrono::milliseconds{1};
    api_client logged{told};
    std::string trace;
    const auto printed = printed_by([&] {
        const json::value login{{"email", alpha.first.guardian.email}, {"password", password_of_all}};
        trace = logged.post(anonymous_at("alpha"), "/api/v1/logins?q=CANARY-query", login)
                    .header_value("traceparent");
        trace = logged.post(anonymous_at("alpha"), "/api/v1/logins", login, {{"User-Agent", "CANARY-agent"}})
                    .header_value("traceparent");
    });
    const auto at = printed.find(trace.substr(3, 32));
    BOOST_TEST_REQUIRE(at != printed.npos);
    const auto start = printed.rfind('\n', at) + 1;
    const auto line = line_of(printed.substr(start), "request");
    const auto& attributes = line.at("attributes").as_object();
    BOOST_TEST(attributes.at("http.route").as_string() == "/api/v1/logins");
    BOOST_TEST(attributes.at("http.response.status_code").as_int64() == 201);
    BOOST_TEST(attributes.at("tenant").as_string() == "alpha");
    BOOST_TEST(line.at("span_id").as_string() == trace.substr(36, 16));
    const auto slow = line_of(printed.substr(start), "slow request");
    const std::string spans{slow.at("attributes").at("spans").as_string()};
    for (const char* part : {"handler ", "password hash ", "db account"})
        BOOST_TEST(spans.find(part) != spans.npos, spans);
    BOOST_TEST(printed.find("CANARY") == printed.npos);
    BOOST_TEST(printed.find("@alpha.example") == printed.npos);
    BOOST_TEST(value(logged, "kidevent_slow_requests_total") >= 1);
}

BOOST_AUTO_TEST_CASE(readiness_tells_each_part_by_name_and_drains) {
    told.telemetry.disk_directory = "/";
    told.telemetry.disk_bytes_free_min = std::int64_t{1} << 60;
    told.redis.address = ""; // the parts that there are always
    told.realtime.fanout = "postgres";
    api_client short_of_room{told};
    BOOST_TEST(short_of_room.get({"x"}, "/readyz?verbose").text
               == "[+]shutdown ok\n[+]database ok\n[+]migrations ok\n[-]disk failed\nfailed: disk\n");
    BOOST_TEST(short_of_room.get({"x"}, "/readyz").status == 503);
    BOOST_TEST(short_of_room.get({"x"}, "/readyz?exclude=disk").text == "ok\n");
    const auto before = short_of_room.round_trips();
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(short_of_room.get({"x"}, "/readyz?exclude=disk").status == 200);
    BOOST_TEST(short_of_room.round_trips() <= before + 4);
    short_of_room.served().begin_drain();
    const auto draining = short_of_room.get({"x"}, "/readyz?exclude=disk&exclude=shutdown");
    BOOST_TEST(draining.status == 503);
    BOOST_TEST(draining.text == "failed: shutdown\n");
}

BOOST_AUTO_TEST_CASE(a_schema_that_is_behind_is_not_ready) {
    superuser.execute("update public.schema_migrations set number = number - 1000");
    api_client behind{told};
    BOOST_TEST(behind.get({"x"}, "/readyz").text == "failed: migrations\n");
    superuser.execute("update public.schema_migrations set number = number + 1000");
}

BOOST_AUTO_TEST_SUITE_END()
