#include "jobs/job_kind.hpp"

#include "job_handlers.hpp"
#include "jobs/schedule.hpp"
#include "support/postgres_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::jobs;
using namespace std::chrono_literals;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(jobs_kind)

BOOST_AUTO_TEST_CASE(pauses_double_stay_within_a_tenth_and_never_shrink_before_the_longest) {
    for (const job_rule& rule : all_job_rules()) {
        double usual = static_cast<double>(std::chrono::milliseconds{rule.backoff_base}.count());
        const double longest = static_cast<double>(std::chrono::milliseconds{rule.backoff_max}.count());
        for (int attempt = 1; attempt <= 40; ++attempt, usual *= 2) {
            const double wanted = std::min(usual, longest);
            for (double random = 0; random <= 1.0; random += 0.05) {
                const double pause = static_cast<double>(retry_delay(rule, attempt, random).count());
                BOOST_TEST(pause >= wanted * 0.9 - 1);
                BOOST_TEST(pause <= wanted * 1.1 + 1);
            }
            // The longest pause after this attempt is shorter than the shortest after the next one.
            if (usual * 2 <= longest)
                BOOST_TEST(retry_delay(rule, attempt, 1.0).count()
                           < retry_delay(rule, attempt + 1, 0.0).count());
            BOOST_TEST(retry_delay(rule, attempt, 0.5).count()
                       <= retry_delay(rule, attempt + 1, 0.5).count());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_kind_has_one_rule_one_name_and_one_handler) {
    std::set<std::string_view> names;
    for (const job_rule& rule : all_job_rules()) {
        BOOST_TEST(names.insert(rule.name).second, rule.name);
        BOOST_TEST(find_job_rule(rule.name) == &rule_of(rule.kind));
        BOOST_TEST(rule.attempts_max >= 1);
        BOOST_TEST((rule.priority >= 0 && rule.priority <= 9), rule.name);
        BOOST_TEST((rule.backoff_base > 0s && rule.backoff_base <= rule.backoff_max), rule.name);
        const auto handlers = all_job_handlers();
        BOOST_TEST(std::count_if(handlers.begin(), handlers.end(),
                                 [&rule](const job_registration& each) { return each.kind == rule.kind; })
                       == 1,
                   rule.name);
    }
    BOOST_TEST(all_job_handlers().size() == all_job_rules().size());
}

BOOST_AUTO_TEST_CASE(the_document_shows_the_tables) {
    const auto document = text_of(tests::source_directory() / "docs/jobs.md");
    BOOST_TEST(document.find(job_kind_reference()) != std::string::npos, job_kind_reference());
    BOOST_TEST(document.find(schedule_reference()) != std::string::npos, schedule_reference());
}

BOOST_AUTO_TEST_SUITE_END()
