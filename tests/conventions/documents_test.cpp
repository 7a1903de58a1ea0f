// Pages about the security of an installation that would silently become untrue: each is held against the
// part of the code that it describes.

#include "config/setting_table.hpp"
#include "routes.hpp"
#include "source_tree.hpp"

#include <boost/json.hpp>
#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::conventions;

namespace {

std::string page(const std::string& name) { return read_text(source_root() / "docs/security" / name); }

bool names(const std::string& text, std::string_view word) {
    return text.find('`' + std::string{word} + '`') != std::string::npos;
}

std::set<std::string> matches_of(const std::string& text, const std::string& expression) {
    const boost::regex pattern(expression);
    std::set<std::string> found;
    for (boost::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
        found.insert((*at)[1].str());
    return found;
}

// Settings that a page names in backticks and that are none, or are called otherwise now.
std::set<std::string> unknown_settings(const std::string& text) {
    std::set<std::string> sections;
    std::set<std::string> keys;
    for (const auto& row : config::setting_table()) {
        keys.emplace(row.key);
        sections.emplace(config::section_of(row.key));
    }
    std::set<std::string> unknown;
    for (const auto& each : matches_of(text, R"(`([a-z_]+\.[a-z_]+)`)"))
        if (sections.contains(each.substr(0, each.find('.'))) && !keys.contains(each)) unknown.insert(each);
    return unknown;
}

template<class Wanted> void require_settings(const std::string& text, std::size_t at_least, Wanted wanted) {
    std::size_t count = 0;
    for (const auto& row : config::setting_table()) {
        if (!wanted(row)) continue;
        ++count;
        BOOST_TEST(names(text, row.key), row.key << " is not in the page");
    }
    BOOST_TEST(count >= at_least);
    for (const auto& each : unknown_settings(text))
        BOOST_TEST(false, each << " is no setting");
}

// Read once: it takes a second.
const std::vector<source_file>& all_files() {
    static const auto all = list_source_files();
    return all;
}

// Sources of the product, as one text each.
template<class Each> void for_product_sources(Each each) {
    for (const auto& file : all_files())
        if (file.is_cpp()
            && (file.is_under("libkidevent/") || file.is_under("fcgi-host/") || file.is_under("tenants/")))
            each(file);
}

} // namespace

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(limits_are_gathered_in_one_page) {
    static const boost::regex limit(R"(.*(_max|_per_.*))");
    // How often something is looked at, and how many traces are kept.
    static const boost::regex other(R"(.*\.poll_.*|telemetry\..*)");
    const auto text = page("limits.md");
    require_settings(text, 50, [](const config::setting& row) {
        const std::string key{row.key};
        return boost::regex_match(key, limit) && !boost::regex_match(key, other);
    });
    for (const auto& each : matches_of(read_text(source_root() / "libkidevent/src/tenancy/plan_json.cpp"),
                                       R"re(\.member\("(\w+)", of\.share\.)re"))
        BOOST_TEST(names(text, each), each << " of a plan is not in the page");
}

BOOST_AUTO_TEST_CASE(keys_and_algorithms_are_inventoried) {
    const auto text = page("crypto.md");
    require_settings(text, 10, [](const config::setting& row) { return row.rule.secret; });
    std::set<std::string> files;
    std::set<std::string> primitives;
    for_product_sources([&](const source_file& file) {
        if (file.is_under("libkidevent/src/crypto/") && file.ends_with({".hpp"})) {
            const auto name = file.path.substr(std::string{"libkidevent/src/"}.size());
            files.insert(name.substr(0, name.rfind('.')));
        }
        for (const auto& each : matches_of(file.text, R"re(\b((?:crypto_[a-z0-9_]+|EVP_[A-Za-z]+)(?=\()))re"))
            primitives.insert(each);
    });
    BOOST_TEST(files.size() >= 12U);
    for (const auto& each : files)
        BOOST_TEST(names(text, each), each << " is not in the page");
    // Of one primitive all functions begin with its name.
    BOOST_TEST(primitives.size() >= 10U);
    const auto listed = matches_of(text, R"(`((?:crypto|EVP)_[A-Za-z0-9_]+)`)");
    for (const auto& each : primitives)
        BOOST_TEST((each.starts_with("EVP_PKEY") || each.starts_with("EVP_MD_CTX")
                    || std::any_of(listed.begin(), listed.end(),
                                   [&each](const std::string& known) { return each.starts_with(known); })),
                   each << " is not in the page");
}

// Whatever encrypts or makes randomness has one place each, so nothing weaker comes in beside it.
BOOST_AUTO_TEST_CASE(one_cipher_is_used_and_one_generator) {
    static const boost::regex cipher(
        R"(EVP_\w*(?:Encrypt|Decrypt|Cipher)|EVP_(?:aes|des|rc4|bf|chacha)|)"
        R"(crypto_(?:secretbox|box|stream|aead_aes|aead_chacha)\w*|\b(?:AES|DES|RC4|BF)_\w+\(|Poco::Crypto)");
    static const boost::regex hash(R"(\b(?:MD5|MD5Engine|EVP_md5|EVP_sha1|SHA1\()|SHA1Engine)");
    static const boost::regex random(
        R"(\bs?rand\(|drand48|std::mt19937|minstd_rand|random_device|RAND_bytes|randombytes|getrandom|)"
        R"(/dev/u?random)");
    const std::set<std::string> cheap{"libkidevent/src/services.cpp",
                                      "libkidevent/src/webhooks/webhook_sender.cpp"};
    std::set<std::string> random_files;
    std::size_t sealed = 0;
    for_product_sources([&](const source_file& file) {
        boost::smatch found;
        BOOST_TEST(!boost::regex_search(file.text, found, cipher), file.path << " has a cipher of its own");
        const bool is_totp = file.path == "libkidevent/src/crypto/totp.cpp";
        BOOST_TEST((is_totp || !boost::regex_search(file.text, hash)), file.path << " has an old hash");
        if (boost::regex_search(file.text, random)) random_files.insert(file.path);
        if (file.text.find("crypto_aead_xchacha20poly1305_ietf_encrypt") != std::string::npos) {
            ++sealed;
            BOOST_TEST(file.path == "libkidevent/src/crypto/envelope.cpp");
        }
    });
    BOOST_TEST(sealed == 1U);
    auto expected = cheap;
    expected.insert("libkidevent/src/crypto/random.cpp");
    BOOST_TEST(random_files == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_package_has_its_place_and_its_time) {
    const auto text = page("dependencies.md");
    const auto script = read_text(source_root() / "scripts/packages.sh");
    std::set<std::string> packages;
    for (const auto& list : matches_of(script, R"(packages_\w+\+?=\(([^)]*)\))")) {
        std::istringstream in{list};
        for (std::string each; in >> each;)
            packages.insert(each);
    }
    BOOST_TEST(packages.size() > 35U);
    for (const auto& file : all_files())
        if (file.name() == "package.json") {
            const auto read = boost::json::parse(file.text);
            for (const auto& [name, version] : read.at("dependencies").as_object())
                packages.insert(name);
        }
    for (const auto& each : packages)
        BOOST_TEST(names(text, each), each << " is not in the page");
    for (const auto& each : matches_of(text, R"(\n\| (?:npm: )?(`[^|]*) \|)"))
        for (const auto& name : matches_of(each, R"(`([^`]+)`)"))
            BOOST_TEST(packages.contains(name), name << " is no package of ours");
}

BOOST_AUTO_TEST_CASE(whoever_is_talked_to_has_a_line) {
    static const boost::regex address(
        R"((?!.*_per_).*\.(host|address|addresses|brokers|.*_url|.*_dsn|.*_address|)"
        R"(.*_socket|socket_directory|unencrypted|tls|ca_file))");
    require_settings(page("connections.md"), 20, [](const config::setting& row) {
        return boost::regex_match(std::string{row.key}, address);
    });
}

BOOST_AUTO_TEST_CASE(how_long_somebody_stays_signed_in_is_said_as_it_is) {
    const auto text = page("sessions.md");
    settings usual;
    int count = 0;
    for (const auto& row : config::setting_table()) {
        static const boost::regex of_sessions(
            R"(.*\.((?:admin_)?login_lifetime|staff_idle_max|logins_per_account_max|support_.*|api_key_lifetime|attempt_lifetime|)"
            R"(recheck|login_ttl|last_seen_step))");
        if (!boost::regex_match(std::string{row.key}, of_sessions)) continue;
        ++count;
        const auto value = config::format_value(row.at(usual), row.rule);
        const std::string key = '`' + std::string{row.key} + '`';
        const auto told = text.find(key);
        BOOST_REQUIRE_MESSAGE(told != std::string::npos, row.key);
        // Beside it: in the next cell, or in parentheses.
        const auto beside = text.substr(told + key.size(), value.size() + 5);
        BOOST_TEST((beside.starts_with(" | `" + value + "`") || beside.starts_with(" (`" + value + "`")),
                   row.key << " is " << value << ", not " << beside);
    }
    BOOST_TEST(count == 11);
    BOOST_TEST(unknown_settings(text).empty());
}

BOOST_AUTO_TEST_CASE(every_way_to_prove_who_one_is_has_a_line) {
    const auto text = page("authentication.md");
    int count = 0;
    for (const route& each : all_routes()) {
        const bool proves =
            each.who == access::everyone
            && (each.group == service::identity || each.from_any_origin || each.changes_by_get);
        if (!proves || each.operation == "listSignInProviders") continue;
        ++count;
        BOOST_TEST(names(text, each.operation), each.operation << " is not in the page");
    }
    BOOST_TEST(count >= 10);
    require_settings(text, 5, [](const config::setting& row) {
        return row.key.starts_with("identity.sign_in") || row.key.starts_with("identity.failures");
    });
}

BOOST_AUTO_TEST_CASE(every_line_of_the_log_is_listed_and_lines_go_to_one_place) {
    const auto text = page("logging.md");
    std::set<std::string> lines;
    static const boost::regex writing(R"(std::ofstream|fopen\(|syslog\(|std::cerr|std::clog|openlog)");
    // What the command line says to the person in front of it.
    for_product_sources([&](const source_file& file) {
        for (const auto& each :
             matches_of(file.text, R"re(\blog::(?:debug|info|warn|error)\(\s*"([^"]+)")re"))
            lines.insert(each);
        for (const auto& each : matches_of(
                 file.text, R"re(\blog::(?:debug|info|warn|error)\([^";]*\?\s*"([^"]+)"\s*:\s*"[^"]+")re"))
            lines.insert(each);
        for (const auto& each : matches_of(
                 file.text, R"re(\blog::(?:debug|info|warn|error)\([^";]*\?\s*"[^"]+"\s*:\s*"([^"]+)")re"))
            lines.insert(each);
        if (!file.is_under("tenants/"))
            BOOST_TEST(!boost::regex_search(file.text, writing), file.path << " writes past the log");
    });
    BOOST_TEST(lines.size() >= 40U);
    for (const auto& each : lines)
        BOOST_TEST(names(text, each), each << " is not in the page");
    for (const auto& row : matches_of(text.substr(text.find("## Lines")), R"(\n\| (`[^|]*) \|)"))
        for (const auto& each : matches_of(row, "`([^`]+)`"))
            BOOST_TEST(lines.contains(each), each << " is no line of ours");
}

BOOST_AUTO_TEST_SUITE_END()
