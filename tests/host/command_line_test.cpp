// The command line as operators meet it: the program itself.

#include "host/installation.hpp"

#include <chrono>
#include <sstream>
#include <sys/resource.h>
#include <thread>

using namespace kidevent::tests;

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(a_command_line_that_makes_no_sense_ends_with_2_and_a_hint) {
    installation here;
    const auto unknown = here.run({"tenant", "crate", "alpha"});
    CHECK_OUTCOME(unknown, 2);
    BOOST_TEST(contains(unknown.err, "error: unknown command crate\nhint: did you mean create?"), unknown);
    const auto option = here.run({"tenant", "create", "alpha", "--owner-mail", "a@b.example"});
    CHECK_OUTCOME(option, 2);
    BOOST_TEST(contains(option.err, "did you mean --owner-email?"), option);
    const auto incomplete = here.run({"tenant", "suspend", "alpha"});
    CHECK_OUTCOME(incomplete, 2);
    BOOST_TEST(contains(incomplete.err, "--reason is required"), incomplete);
    const auto role = here.run(
        {"user", "create", "--tenant", "a", "--role", "king", "--email", "a@b.example", "--password-stdin"});
    CHECK_OUTCOME(role, 2);
}

BOOST_AUTO_TEST_CASE(settings_and_a_database_that_do_not_work_have_exit_codes_of_their_own) {
    installation here;
    CHECK_OUTCOME(here.run({"tenant", "list"}, {{"KIDEVENT_HTTP__SIGNING_KEY", "short"}}), 78);
    CHECK_OUTCOME(here.run({"tenant", "list"}, {{"KIDEVENT_DB__HOST", "/nowhere"}}), 69);
}

// PostgreSQL holds still, so there is time to look at the program while it has read its settings.
BOOST_AUTO_TEST_CASE(a_command_that_dies_leaves_no_image_of_its_memory) {
    installation here;
    rlimit before{};
    ::getrlimit(RLIMIT_CORE, &before);
    const rlimit open{before.rlim_max, before.rlim_max};
    ::setrlimit(RLIMIT_CORE, &open); // which it inherits
    postgres_cluster::shared().freeze();
    // AddressSanitizer would forbid them by itself.
    auto waiting = here.start({"tenant", "list"}, {{"KIDEVENT_FASTCGI__CORE_DUMPS", "off"},
                                                   {"ASAN_OPTIONS", "disable_coredump=0"}});
    const auto soft_limit_of = [](const process& of) {
        const auto limits = text_of("/proc/" + std::to_string(of.pid()) + "/limits");
        const std::string name = "Max core file size";
        const auto at = limits.find(name);
        if (at == std::string::npos) return std::string{};
        const auto value = limits.find_first_not_of(' ', at + name.size());
        return limits.substr(value, limits.find(' ', value) - value);
    };
    ::setrlimit(RLIMIT_CORE, &before);
    bool closed = false;
    for (int i = 0; i < 200 && !closed; ++i) {
        closed = soft_limit_of(waiting) == "0";
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    BOOST_TEST(closed);
    postgres_cluster::shared().thaw();
    waiting.wait();
}

BOOST_AUTO_TEST_CASE(an_organisation_is_created_listed_shown_suspended_and_resumed) {
    installation here;
    const auto nothing = here.run({"tenant", "list", "--json"});
    BOOST_TEST(nothing.out == "[]\n", nothing);
    const auto made = here.create("alpha");
    BOOST_REQUIRE_MESSAGE(made.code == 0, made);
    BOOST_TEST(text_in(made.json(), "origin") == "https://alpha.kids.example");
    BOOST_TEST(text_in(made.json(), "currency") == "EUR");
    BOOST_TEST(here.sql("select role || ' ' || email from accounts") == "owner owner@alpha.example");
    BOOST_TEST(here.sql("select count(*) from accounts where password_hash is null") == "1");

    CHECK_OUTCOME(here.create("beta"), 0);
    const auto listed = here.run({"tenant", "list", "--json"}).json().as_array();
    BOOST_REQUIRE_EQUAL(listed.size(), 2U);
    BOOST_TEST(text_in(listed[1], "slug") == "beta");

    const auto suspended = here.run({"tenant", "suspend", "alpha", "--reason", "unpaid", "--json"});
    CHECK_OUTCOME(suspended, 0);
    BOOST_TEST(text_in(suspended.json(), "suspended_reason") == "unpaid");
    CHECK_OUTCOME(here.run({"tenant", "suspend", "alpha", "--reason", "again"}), 0);
    const auto shown = here.run({"tenant", "show", "alpha", "--json"});
    BOOST_TEST(text_in(shown.json(), "state") == "suspended", shown);
    BOOST_TEST(text_in(shown.json(), "suspended_reason") == "unpaid", shown);

    const auto refused =
        here.run_with("correct horse battery\n", {"user", "create", "--tenant", "alpha", "--role", "staff",
                                                  "--email", "s@alpha.example", "--password-stdin"});
    CHECK_OUTCOME(refused, 5);
    BOOST_TEST(contains(refused.err, "hint: `kidevent tenant resume alpha`"), refused);
    CHECK_OUTCOME(here.run({"tenant", "resume", "alpha"}), 0);
    const auto resumed = here.run({"tenant", "show", "alpha", "--json"});
    BOOST_TEST(text_in(resumed.json(), "state") == "active", resumed);
}

BOOST_AUTO_TEST_CASE(an_organisation_that_is_not_there_ends_with_4) {
    installation here;
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"tenant", "show", "nobody"},
             {"tenant", "resume", "nobody"},
             {"tenant", "suspend", "nobody", "--reason", "x"},
             {"event", "import", "--tenant", "nobody", here.write("a.csv", "uid,title\n")}}) {
        const auto refused = here.run(words);
        CHECK_OUTCOME(refused, 4);
        BOOST_TEST(contains(refused.err, "error: there is no organisation 'nobody'\nhint: "), refused);
    }
}

BOOST_AUTO_TEST_CASE(creating_an_organisation_again_is_a_conflict_but_completes_its_owner) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    here.sql("delete from accounts");
    const auto again = here.create("alpha");
    CHECK_OUTCOME(again, 5);
    BOOST_TEST(contains(again.err, "error: slug: "), again);
    BOOST_TEST(here.sql("select role || ' ' || email from accounts") == "owner owner@alpha.example");
    CHECK_OUTCOME(here.create("alpha"), 5);
    BOOST_TEST(here.sql("select count(*) from accounts") == "1");
}

BOOST_AUTO_TEST_CASE(every_fault_of_an_organisation_is_named) {
    installation here;
    const auto refused = here.run({"tenant", "create", "www", "--name", "W", "--owner-email", "o@w.example",
                                   "--time-zone", "Mars/Base", "--currency", "eur"});
    CHECK_OUTCOME(refused, 65);
    for (const char* field : {"slug", "time_zone", "currency"})
        BOOST_TEST(contains(refused.err, std::string{"error: "} + field + ": "), refused);
    BOOST_TEST(here.sql("select count(*) from tenancy.tenants") == "0");
}

BOOST_AUTO_TEST_CASE(a_descriptor_creates_an_organisation_and_later_changes_it) {
    installation here;
    const auto text = [](const std::string& name) {
        return "slug: museum\nname: " + name
               + "\nowner_email: o@museum.example\ntime_zone: Europe/Vienna\nbranding:\n  tagline: Every "
                 "day\n";
    };
    const auto file = here.write("museum.yaml", text("City Museum"));
    const auto apply = [&] { return text_in(here.run({"apply", file, "--json"}).json().at(0), "outcome"); };
    BOOST_TEST(apply() == "created");
    BOOST_TEST(apply() == "unchanged");
    BOOST_TEST(here.sql("select count(*) from accounts where role = 'owner'") == "1");
    here.write("museum.yaml", text("Town Museum"));
    BOOST_TEST(apply() == "changed");
    const auto shown = here.run({"tenant", "show", "museum", "--json"}).json();
    BOOST_TEST(text_in(shown, "name") == "Town Museum");
    BOOST_TEST(text_in(shown.at("branding"), "tagline") == "Every day");
}

BOOST_AUTO_TEST_CASE(a_wrong_descriptor_is_refused_with_its_lines_and_nothing_is_applied) {
    installation here;
    const auto good = here.write("good.yaml", "slug: good\nname: Good\nowner_email: o@good.example\n");
    const auto bad = here.write("bad.yaml", "slug: bad\nname: Bad\nowner_mail: o@bad.example\n"
                                            "branding:\n  tagine: x\nlocale: [de]\n");
    const auto refused = here.run({"apply", good, bad});
    CHECK_OUTCOME(refused, 65);
    BOOST_TEST(contains(refused.err,
                        "error: " + bad + ":3: owner_mail: is not a known field; did you mean owner_email?"),
               refused);
    BOOST_TEST(contains(refused.err,
                        "error: " + bad + ":5: branding.tagine: is not a known field; did you mean tagline?"),
               refused);
    BOOST_TEST(contains(refused.err, "error: " + bad + ":6: locale: must be text"), refused);
    BOOST_TEST(contains(refused.err, "error: " + bad + ":1: owner_email: is missing"), refused);
    BOOST_TEST(here.sql("select count(*) from tenancy.tenants") == "0");

    here.write("bad.yaml", "slug: bad\nslug: worse\n");
    BOOST_TEST(contains(here.run({"apply", bad}).err, bad + ":2: slug: duplicate key, first seen on line 1"));
    here.write("bad.yaml", "slug: [\n");
    BOOST_TEST(contains(here.run({"apply", bad}).err, "not valid YAML"));
    CHECK_OUTCOME(here.run({"apply", bad + ".missing"}), 4);
}

BOOST_AUTO_TEST_CASE(accounts_get_their_first_password_and_keep_it) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    const auto create = [&here](const std::string& role, const std::string& email,
                                const std::string& password) {
        return here.run_with(password, {"user", "create", "--tenant", "alpha", "--role", role, "--email",
                                        email, "--password-stdin", "--json"});
    };
    const auto owner = create("owner", "owner@alpha.example", "correct horse battery\n");
    CHECK_OUTCOME(owner, 0);
    BOOST_TEST(here.sql("select count(*) from accounts where password_hash like '$argon2id$%'") == "1");
    const auto again = create("owner", "owner@alpha.example", "another horse battery\n");
    CHECK_OUTCOME(again, 5);
    BOOST_TEST(contains(again.err, "error: email: "), again);
    CHECK_OUTCOME(create("guardian", "Parent@Alpha.example", "correct horse battery\n"), 0);
    BOOST_TEST(here.sql("select count(*) from accounts where household_id is not null") == "1");
    const auto weak = create("staff", "nobody", "short\n");
    CHECK_OUTCOME(weak, 65);
    BOOST_TEST(contains(weak.err, "error: email: "), weak);
    BOOST_TEST(contains(weak.err, "error: password: "), weak);
    CHECK_OUTCOME(create("staff", "s@alpha.example", "\n"), 65);

    const auto admin = [&here](const std::string& password) {
        return here.run_with(password, {"admin", "create", "--email", "root@kids.example", "--password-stdin",
                                        "--without-second-factor"});
    };
    CHECK_OUTCOME(admin("short\n"), 65);
    CHECK_OUTCOME(admin("correct horse battery\n"), 0);
    CHECK_OUTCOME(admin("correct horse battery\n"), 5);
}

BOOST_AUTO_TEST_CASE(no_option_takes_a_password_and_none_is_printed) {
    installation here;
    for (const auto& words : std::vector<std::vector<std::string>>{{"user", "create"}, {"admin", "create"}}) {
        auto with_secret = words;
        with_secret.insert(with_secret.end(), {"--email", "a@b.example", "--password=swordfish-secret"});
        const auto refused = here.run(with_secret);
        CHECK_OUTCOME(refused, 2);
        BOOST_TEST(!contains(refused.out + refused.err, "swordfish-secret"), refused);
        auto help = words;
        help.emplace_back("--help");
        BOOST_TEST(contains(here.run(help).out, "--password-stdin"));
    }
    CHECK_OUTCOME(here.create("alpha"), 0);
    const auto made =
        here.run_with("swordfish-secret\n", {"user", "create", "--tenant", "alpha", "--role", "staff",
                                             "--email", "s@alpha.example", "--password-stdin"});
    CHECK_OUTCOME(made, 0);
    BOOST_TEST(!contains(made.out + made.err, "swordfish-secret"), made);
}

BOOST_AUTO_TEST_CASE(the_committed_openapi_document_is_the_printed_one) {
    installation here;
    const auto printed = here.run({"openapi", "print"}, {{"KIDEVENT_CONFIG", "/nowhere"}});
    CHECK_OUTCOME(printed, 0);
    BOOST_TEST((printed.out == text_of(source_directory() / "docs/api/openapi.json")),
               "after a change of the API: kidevent openapi print > docs/api/openapi.json");
    const auto routes = here.run({"routes", "--json"}).json().as_array();
    const auto document = printed.json();
    std::size_t operations = 0;
    for (const char* paths : {"paths", "x-platform-paths"})
        for (const auto& path : document.at(paths).as_object())
            operations += path.value().as_object().size();
    BOOST_TEST(operations == routes.size());
}

BOOST_AUTO_TEST_CASE(the_reference_tells_of_every_command) {
    installation here;
    const auto reference = text_of(source_directory() / "docs/cli.md");
    std::istringstream help(here.run({"--help"}).out);
    int commands = 0;
    bool listed = false;
    for (std::string line; std::getline(help, line);) {
        if (line == "Subcommands:") listed = true;
        if (!listed || !line.starts_with("  ") || line.size() < 3 || line[2] == ' ') continue;
        const auto word = line.substr(2, line.find(' ', 2) - 2);
        if (word == "kidevent") break; // the examples
        ++commands;
        BOOST_TEST(contains(reference, "kidevent " + word), "docs/cli.md does not tell of " << word);
    }
    BOOST_TEST(commands >= 9);
}

BOOST_AUTO_TEST_SUITE_END()
