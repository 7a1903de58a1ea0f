#include "identity/second_factor.hpp"

#include "crypto/base32.hpp"
#include "crypto/totp.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace {

using namespace kidevent;
using namespace kidevent::identity;

const crypto::envelope sealing{{"a:" + std::string(42, 'k') + "g"}};
constexpr crypto::field_context place{"tenant", "second_factors", "sealed_secret", "account"};
constexpr timestamp now{std::chrono::seconds{1'900'000'000}};

} // namespace

BOOST_AUTO_TEST_SUITE(identity_second_factor)

BOOST_AUTO_TEST_CASE(a_secret_has_160_random_bits) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(make_factor_secret());
        BOOST_TEST(make_factor_secret().size() == 20u);
    }
    BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(what_authenticators_read_is_encoded_where_it_has_to_be) {
    BOOST_TEST(
        otpauth_uri("Café & Co", "a+b@x.example", "12345678901234567890")
        == "otpauth://totp/Caf%C3%A9%20%26%20Co:a%2Bb%40x.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
           "&issuer=Caf%C3%A9%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

BOOST_AUTO_TEST_CASE(recovery_codes_have_120_random_bits_each_in_groups_of_four) {
    const auto codes = make_recovery_codes();
    BOOST_TEST(codes.size() == 10u);
    BOOST_TEST((std::set<std::string>{codes.begin(), codes.end()}.size()) == 10u);
    for (const std::string& code : codes) {
        BOOST_TEST(code.size() == 29u);
        std::string letters;
        for (std::size_t i = 0; i < code.size(); ++i) {
            if (i % 5 == 4)
                BOOST_TEST(code[i] == '-');
            else
                letters += code[i];
        }
        BOOST_TEST(crypto::decode_base32(letters).value().size() * 8 == 120u);
    }
}

BOOST_AUTO_TEST_CASE(what_is_stored_of_a_recovery_code_minds_the_owner_and_not_the_spelling) {
    const std::string code = make_recovery_codes().front();
    std::string spelled = "  ";
    for (const char c : code)
        if (c != '-') spelled += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const auto stored = recovery_code_hash(code, "owner");
    BOOST_REQUIRE(stored.has_value());
    BOOST_TEST((recovery_code_hash(spelled, "owner") == stored));
    BOOST_TEST((recovery_code_hash(code, "another") != stored));
    for (const std::string& other :
         {std::string{}, std::string{"123456"}, code + "A", code.substr(1), "1" + code.substr(1)})
        BOOST_TEST(!recovery_code_hash(other, "owner").has_value(), other);
}

BOOST_AUTO_TEST_CASE(a_code_may_be_written_with_blanks_and_counts_from_its_step_on) {
    const std::string secret = make_factor_secret();
    const std::string sealed = sealing.seal(place, secret);
    const std::string code = crypto::totp_code(secret, crypto::totp_step(now));
    const std::string spaced = code.substr(0, 3) + " " + code.substr(3);
    const auto step = match_code(sealing, place, sealed, spaced, now, 0);
    BOOST_TEST(step.value() == crypto::totp_step(now));
    BOOST_TEST(!match_code(sealing, place, sealed, code, now, *step).has_value());
    BOOST_TEST(!match_code(sealing, place, sealed, "", now, 0).has_value());
    BOOST_CHECK_THROW(
        match_code(sealing, {"other", "second_factors", "sealed_secret", "account"}, sealed, code, now, 0),
        std::runtime_error);
}

BOOST_AUTO_TEST_CASE(failures_cost_nothing_at_first_and_then_twice_as_much_each_time) {
    identity_settings with;
    with.failures_before_delay = 3;
    with.sign_in_delay_max = std::chrono::seconds{60};
    const std::int64_t seconds[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60};
    for (std::int64_t failures = 0; failures < std::ssize(seconds); ++failures)
        BOOST_TEST(delay_after(failures, with).count() == seconds[failures], failures << " failures");
    BOOST_TEST(delay_after(1'000'000'000, with).count() == 60);
}

BOOST_AUTO_TEST_SUITE_END()
