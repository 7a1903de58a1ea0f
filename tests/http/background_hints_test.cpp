// Who does background work hears of it from whoever has left it, and does not wait for his next look: here he
// would look again after ten minutes.

#include "jobs/job_queue.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "support/post_receiver.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

namespace {

settings seldom_looking(settings with) {
    const auto seldom = 10min;
    with.jobs.poll_interval_min = with.jobs.poll_interval_max = seldom;
    with.outbox.poll_min = with.outbox.poll_max = seldom;
    with.webhook.poll_min = with.webhook.poll_max = seldom;
    return with;
}

task<> write_job(db::database& in, tenant_handle at, bool commits) {
    auto writing = co_await db::tenant_transaction::begin(in, at);
    jobs::add_enqueue(writing, {jobs::job_kind::cleanup_expired_logins});
    co_await writing.run();
    if (commits)
        co_await writing.commit();
    else
        co_await writing.rollback();
}

// `api` answers requests, `worker` is another process that does background work, `listener` a third.
struct apart : two_organisations {
    apart() : worker(seldom_looking(with)), listener(with) {
        worker.served().parts().start_background();
        // What a new installation makes up for is over.
        BOOST_REQUIRE(wait_for([this] { return jobs_left() == "0"; }));
        worker.run_for(300ms);
        listener.served().parts().database.listen_to_work(
            [this](db::work_set left) { heard.push_back(left); });
        listener.run_for(50ms);
    }
    ~apart() {
        bool drained = false;
        worker.served().parts().drain_background([&drained] { drained = true; });
        while (!drained)
            worker.run_for(10ms);
    }

    bool wait_for(const std::function<bool()>& holds) {
        for (int i = 0; i < 500 && !holds(); ++i) {
            api.run_for(5ms);
            worker.run_for(5ms);
        }
        return holds();
    }
    // Until so many hints have come, and whatever comes within a moment after them.
    void hear(std::size_t hints, api_client* from = nullptr) {
        for (int i = 0; i < 500 && heard.size() < hints; ++i) {
            (from ? *from : api).run_for(5ms);
            listener.run_for(5ms);
        }
        (from ? *from : api).run_for(50ms);
        listener.run_for(50ms);
    }
    std::string jobs_left() { return superuser.value("select count(*) from platform.jobs"); }
    tenant_handle handle_at(api_client& by, const std::string& slug) {
        auto& parts = by.served().parts();
        return (*parts.block_on(parts.tenants.resolve_slug(slug)))->handle;
    }
    void enqueue_and_end(bool commits) {
        auto& parts = api.served().parts();
        parts.block_on(write_job(parts.database, handle_at(api, "alpha"), commits));
    }

    std::vector<db::work_set> heard;
    api_client worker;
    api_client listener;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_background_hints, apart)

BOOST_AUTO_TEST_CASE(a_change_is_published_handed_on_and_sent_at_once) {
    post_receiver target{200};
    const auto made = api.post(alpha.owner, "/api/v1/webhooks", {{"url", target.url("/alpha")}});
    BOOST_REQUIRE(made.status == 201);
    BOOST_REQUIRE(api.patch(alpha.staff, "/api/v1/events/" + alpha.event, 2, {{"title", "new"}}).status
                  == 200);
    BOOST_TEST(wait_for([&] {
        return superuser.value("select count(*) from webhook_deliveries where type like '%event.updated%'"
                               " and delivered_at is not null")
               == "1";
    }));
}

BOOST_AUTO_TEST_CASE(a_job_is_run_at_once) {
    enqueue_and_end(true);
    BOOST_TEST(wait_for([this] { return jobs_left() == "0"; }));
}

BOOST_AUTO_TEST_CASE(what_is_rolled_back_is_not_told) {
    enqueue_and_end(false);
    listener.run_for(200ms);
    BOOST_TEST(heard.empty());
    enqueue_and_end(true);
    hear(1);
    BOOST_REQUIRE(heard.size() == 1);
    BOOST_TEST(heard[0].has(db::work::jobs));
    BOOST_TEST(!heard[0].has(db::work::events));
}

BOOST_AUTO_TEST_CASE(much_work_takes_few_hints) {
    settings slow = with;
    slow.db.work_notify_interval = 1500ms;
    api_client writer{slow};
    auto& work = writer.served().parts().work;
    work.notify(db::work::events);
    for (int i = 0; i < 40; ++i) {
        work.notify(i % 2 == 0 ? db::work::jobs : db::work::deliveries);
        writer.run_for(2ms);
    }
    hear(2, &writer);
    BOOST_REQUIRE(heard.size() == 2);
    BOOST_TEST(heard[0].has(db::work::events));
    BOOST_TEST((heard[1].has(db::work::jobs) && heard[1].has(db::work::deliveries)));
    BOOST_TEST(!heard[1].has(db::work::events));
}

// Hints may have been missed, so there may be anything.
BOOST_AUTO_TEST_CASE(a_connection_that_comes_back_stands_for_all_work) {
    cluster.terminate_backends(database.name);
    hear(1);
    BOOST_REQUIRE(!heard.empty());
    BOOST_TEST((heard[0].has(db::work::events) && heard[0].has(db::work::jobs)
                && heard[0].has(db::work::deliveries)));
    // And it listens again.
    heard.clear();
    superuser = cluster.superuser(database.name);
    superuser.execute("select pg_notify('kidevent_work', '2')");
    hear(1);
    BOOST_REQUIRE(!heard.empty());
    BOOST_TEST(heard[0].has(db::work::jobs));
}

BOOST_AUTO_TEST_CASE(a_hint_that_nobody_understands_stands_for_all_work) {
    BOOST_TEST(db::work_set::parse("6").has(db::work::jobs));
    BOOST_TEST(!db::work_set::parse("6").has(db::work::events));
    for (const char* const odd : {"", "x", "1x", "-1", "99999999999999999999"})
        BOOST_TEST(db::work_set::parse(odd).has(db::work::deliveries), odd);
}

BOOST_AUTO_TEST_SUITE_END()
