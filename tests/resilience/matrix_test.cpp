// Each dependency with each fault under each deed, one case for each: resilience/postgresql/down/browse. The
// deed works without the fault first, so that no cell passes because nothing happened.

#include "resilience/cell_table.hpp"
#include "resilience/deeds.hpp"
#include "resilience/page.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

namespace kidevent::tests::resilience {

namespace {

// One at a time; that of the column that is being worked on.
std::unique_ptr<world> current;

world& world_of(dependency which) {
    if (!current || current->of != which) {
        current.reset();
        current = std::make_unique<world>(which);
    }
    return *current;
}

// The last one goes before the libraries that its threads have used clean up after themselves.
struct end_of_the_world {
    ~end_of_the_world() { current.reset(); }
};
BOOST_TEST_GLOBAL_FIXTURE(end_of_the_world);

// What the deed causes to be sent is dealt with as it should be. Beta's receiver of webhooks is always well;
// the mail relay is the same for both.
void check_message(world& in, message expected) {
    if (!in.tells()) return;
    BOOST_TEST(in.wait_for([&] { return in.has_written_messages(); }, 5s));
    for (const organisation* at : {&in.alpha, &in.beta}) {
        const bool meets_it = at == &in.alpha || in.of == dependency::mail_relay;
        if (expected == message::kept && meets_it)
            BOOST_TEST(in.wait_for([&] { return in.messages_kept(*at) > 0; }, 8s), at->slug);
        else
            BOOST_TEST(in.wait_for([&] { return in.messages_left(*at) == 0; }, 10s), at->slug);
        BOOST_TEST(in.messages_lost(*at) == 0);
    }
    if (!in.others.mail) return;
    for (const auto& mail : in.others.mail->mails()) {
        const std::string all = boost::json::serialize(mail);
        const bool is_alphas = all.find("@alpha.example") != std::string::npos;
        BOOST_TEST((all.find(is_alphas ? "CANARY-beta" : "CANARY-alpha") == std::string::npos));
    }
}

void check_control(const cell& which, world& in) {
    const auto deed = make_deed(which.what, in);
    check_message(in, message::delivered); // of what was prepared
    const auto asked = in.proxy.pieces_asked();
    const outcome seen = deed->attempt([] {});
    BOOST_REQUIRE_MESSAGE(seen.is_right, "without a fault: " + seen.said);
    check_message(in, message::delivered);
    deed->check_kept();
    if (uses_dependency(which))
        BOOST_TEST(in.wait_for([&] { return in.proxy.pieces_asked() > asked; }, 1s));
    else
        BOOST_TEST(in.proxy.pieces_asked() == asked);
}

void check_effect(const cell& which, const outcome& seen) {
    switch (which.then) {
    case effect::unharmed: BOOST_TEST(seen.is_right, seen.said); break;
    case effect::late:
        BOOST_TEST(seen.is_right, seen.said);
        BOOST_TEST(seen.quickest.count() >= delay_of(which.of).count());
        break;
    case effect::refused: BOOST_TEST(seen.is_refused, seen.said); break;
    case effect::caught_up: BOOST_TEST(!seen.is_right, seen.said); break;
    }
    if (which.then != effect::caught_up) BOOST_TEST(seen.slowest.count() <= which.within.count());
}

// The same again works within five seconds.
void check_recovery(world& in, attempted_deed& deed) {
    in.make_due();
    outcome last;
    const bool works = in.wait_for(
        [&] {
            last = deed.attempt([] {});
            if (!last.is_right) in.on.run_for(50ms);
            return last.is_right;
        },
        5s);
    BOOST_TEST(works, "5 s after the fault: " + last.said);
    in.make_due();
    check_message(in, message::delivered);
    BOOST_TEST(in.wait_for([&] { return in.is_healthy(); }, 5s));
    deed.check_kept();
}

void check_cell(const cell& which) {
    world& in = world_of(which.of);
    in.proxy.set(fault::none); // a cell that failed may have left its own
    // A command that the fault before held up is given up now, and not in the middle of what follows.
    if (which.of == dependency::redis) in.on.run_for(2 * in.with.redis.command_timeout);
    BOOST_REQUIRE(in.wait_for([&] { return in.is_healthy(); }, 5s));
    check_control(which, in);

    const auto deed = make_deed(which.what, in);
    check_message(in, message::delivered);
    const auto met = in.proxy.faults_met();
    const auto connections = in.proxy.connections();
    const outcome seen = deed->attempt([&] {
        in.proxy.set(which.is, delay_of(which.of));
        in.on.run_for(30ms); // the loss of connections is heard of
    });
    check_effect(which, seen);
    check_message(in, which.sent);
    // An answer in time means nothing when the fault was not there.
    if (uses_dependency(which)) BOOST_TEST(in.wait_for([&] { return in.proxy.faults_met() > met; }, 1s));
    if (in.tells() && !uses_dependency(which)) BOOST_TEST(in.proxy.connections() == connections);
    in.proxy.set(fault::none);
    deed->check_kept();
    check_recovery(in, *deed);
}

boost::unit_test::test_suite& suite_in(boost::unit_test::test_suite& parent, const std::string& name) {
    const auto found = parent.get(name);
    if (found != boost::unit_test::INV_TEST_UNIT_ID)
        return boost::unit_test::framework::get<boost::unit_test::test_suite>(found);
    auto* const made = BOOST_TEST_SUITE(name);
    parent.add(made);
    return *made;
}

// One case for each row.
const bool are_registered = [] {
    auto& all = suite_in(boost::unit_test::framework::master_test_suite(), "resilience");
    for (const cell& each : all_cells()) {
        auto& faults = suite_in(suite_in(all, name_of(each.of)), name_of(each.is));
        faults.add(boost::unit_test::make_test_case([&each] { check_cell(each); }, name_of(each.what),
                                                    __FILE__, __LINE__));
    }
    return true;
}();

} // namespace

BOOST_AUTO_TEST_SUITE(resilience_page)

BOOST_AUTO_TEST_CASE(every_dependency_has_every_fault_under_every_deed_once) {
    std::set<std::string> seen;
    std::set<dependency> columns;
    for (const cell& each : all_cells()) {
        columns.insert(each.of);
        BOOST_TEST(seen.insert(name_of(each.of) + "/" + name_of(each.is) + "/" + name_of(each.what)).second);
    }
    BOOST_TEST(seen.size() == columns.size() * 4 * 4 + 4); // with the one deed that is of one dependency
    BOOST_TEST(are_registered);
}

// docs/resilience.md is printed from the table; when they differ, the right one lies beside the build.
BOOST_AUTO_TEST_CASE(the_page_says_what_the_table_says) {
    std::ifstream in(source_directory() / "docs/resilience.md");
    const std::string stands{std::istreambuf_iterator<char>(in), {}};
    const std::string wanted = page_of(all_cells());
    if (stands == wanted) return;
    const auto beside = std::filesystem::temp_directory_path() / "kidevent_resilience.md";
    std::ofstream(beside) << wanted;
    BOOST_ERROR("docs/resilience.md is not what the table says; " + beside.string() + " is");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests::resilience
