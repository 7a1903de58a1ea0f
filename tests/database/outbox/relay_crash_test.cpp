// A relay that is killed loses nothing, whatever it was doing: every event arrives, again under the same id
// if at all, and for each aggregate in the order in which it was written. KIDEVENT_TEST_LONG: 200 times at
// each point.

#include "database/outbox/outbox_fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using outbox::relay_step;

// Writes a line for each event, in one write() each: what was sent stays when the process is killed.
class file_sink : public outbox::event_sink {
public:
    explicit file_sink(const std::string& path)
        : file_(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600)) {}
    ~file_sink() override { close(file_); }

    const std::string& name() const noexcept override { return name_; }
    task<outbox::send_outcome> send(std::span<const outbox::published_event> events,
                                    std::chrono::steady_clock::time_point until) override {
        std::size_t accepted = 0;
        for (const auto& each : events) {
            if (std::chrono::steady_clock::now() >= until) break;
            const std::string line =
                to_string(each.id) + " " + each.slug + "/" + each.subject + " " + each.data + "\n";
            if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) break;
            ++accepted;
        }
        co_return outbox::send_outcome{accepted, ""};
    }

private:
    std::string name_ = "file";
    int file_;
};

struct arrival {
    std::string id, subject, data;
};

class killed_relays : public events_of_two_tenants {
public:
    // A process that relays until it is at the step, and is killed there.
    void relay_until(relay_step killed_at) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            try {
                open_database own{settings};
                outbox::relay relaying_here{own.loop.loop(), own.database, relaying};
                relaying_here.on_step = [killed_at](relay_step reached) {
                    if (reached == killed_at) raise(SIGKILL);
                };
                own.run(relaying_here.publish());
                const auto to = std::make_shared<file_sink>(path);
                while (own.run(relaying_here.feed(to))) {
                }
            } catch (...) {
                _exit(1);
            }
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        // It ends by itself when the one before it still has the lease: then it never gets to its step.
        BOOST_TEST((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
        kills += WIFSIGNALED(status) ? 1 : 0;
    }

    void write_some(open_database& through) {
        for (const char* const slug : {"alpha", "beta"})
            for (int aggregate = 1; aggregate <= 2; ++aggregate)
                write(through, slug, aggregate, std::to_string(1000000 + ++written));
    }

    void relay_the_rest() {
        open_database last{settings};
        outbox::relay relaying_here{last.loop.loop(), last.database, relaying};
        const auto to = std::make_shared<file_sink>(path);
        last.run(relaying_here.publish());
        const auto all = [this] {
            return superuser.value("select coalesce((select max(position) from platform.outbox) ="
                                   " (select position from platform.outbox_sinks), false)")
                   == "t";
        };
        for (int i = 0; i < 100 && !all(); ++i) {
            last.run(relaying_here.feed(to));
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        BOOST_TEST(all());
    }

    std::vector<arrival> list_arrivals() const {
        std::vector<arrival> all;
        std::ifstream in(path);
        for (arrival each; in >> each.id >> each.subject >> each.data;)
            all.push_back(each);
        return all;
    }

    temporary_directory directory;
    std::string path = (directory.path() / "arrivals").string();
    int written = 0;
    int kills = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbox_crashes, killed_relays)

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_out_of_order_when_relays_are_killed) {
    relaying.batch_max = 3; // batches end in the middle of what is written at once
    const int times = std::getenv("KIDEVENT_TEST_LONG") ? 200 : 3;
    open_database writer{settings};
    for (int i = 0; i < times; ++i)
        for (const auto point : {relay_step::claiming, relay_step::claimed, relay_step::sent,
                                 relay_step::accepting, relay_step::accepted}) {
            write_some(writer);
            relay_until(point);
            superuser.execute("update platform.outbox_sinks set leased_until = now()");
        }
    while (superuser.value("select count(*) from platform.outbox where position is null") != "0") {
        outbox::relay publisher{writer.loop.loop(), writer.database, relaying};
        writer.run(publisher.publish());
    }
    relaying.batch_max = 1000;
    relay_the_rest();
    BOOST_TEST(kills == 5 * times);

    std::map<std::string, std::string> data_by_id;
    std::map<std::string, std::string> last_by_subject;
    std::size_t duplicates = 0;
    for (const arrival& each : list_arrivals()) {
        const auto [known, is_new] = data_by_id.emplace(each.id, each.subject + each.data);
        if (!is_new) {
            ++duplicates;
            BOOST_TEST(known->second == each.subject + each.data);
            continue;
        }
        BOOST_TEST(last_by_subject[each.subject] < each.data); // the numbers have one width
        last_by_subject[each.subject] = each.data;
    }
    BOOST_TEST(data_by_id.size() == static_cast<std::size_t>(written));
    BOOST_TEST(last_by_subject.size() == 4U);
    BOOST_TEST(duplicates > 0U); // killed between sending and accepting
    BOOST_TEST_MESSAGE("relays killed " << kills << ", events " << written << ", lost "
                                        << written - std::ssize(data_by_id) << ", duplicates " << duplicates);
}

BOOST_AUTO_TEST_SUITE_END()
