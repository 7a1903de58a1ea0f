// Every line of a list of inputs that broke other programs, in every text field, every query parameter and
// every path parameter of every route: never a fault of ours, never a row of somebody else's, and what is
// accepted comes back as it was sent.

#include "attacks/naughty_strings.hpp"
#include "attacks/route_walk.hpp"
#include "http/percent.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace kidevent::tests {

namespace {

// Everything but what needs no encoding anywhere.
std::string encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xfU];
    }
    return out;
}

std::string form_of(const json::value& body) {
    std::string text;
    for (const auto& each : body.as_object())
        text += (text.empty() ? "" : "&") + encoded(each.key()) + "="
                + encoded(each.value().is_string() ? std::string_view{each.value().as_string()} : "");
    return text;
}

struct naughty : route_walk {
    const std::vector<std::string>& lines = naughty_strings();
    std::map<std::string_view, int> stored; // texts that came back, by operation

    answer send_body(const route& of, const json::value& body) {
        const bool is_form = of.request_media_type != "application/json";
        return ask(of, sender_of(of), target_of(of), is_form ? form_of(body) : json::serialize(body));
    }

    // Members of the answer that have the name of one that was sent hold the same text.
    void compare(const route& of, const json::value& sent, const answer& got) {
        if (got.status / 100 != 2 || !got.body.is_object() || !sent.is_object()) return;
        for (const auto& each : sent.as_object()) {
            const auto* const back = got.body.as_object().if_contains(each.key());
            if (!each.value().is_string() || back == nullptr || !back->is_string()) continue;
            if (each.key() == "email" || each.key() == "owner_email") continue; // kept in lower case
            ++stored[of.operation];
            BOOST_TEST(back->as_string() == each.value().as_string(), of.operation << " " << got.text);
        }
    }

    // All free texts of the body at once, each with another line, so that each field meets each line.
    void attack_free_texts(const route& of, const example_body& good) {
        for (const std::size_t i : choose_lines(costs_a_hash(good))) {
            json::value body = good.value;
            if (auto* const email = body.as_object().if_contains("email"); email && email->is_string())
                *email = "n" + std::to_string(i) + "@new.example"; // nobody signs up twice
            std::size_t shift = 0;
            for (const text_place& each : good.texts)
                if (each.is_free && !is_reference(each.pointer))
                    body.at_pointer(each.pointer) = lines[(i + shift++) % lines.size()];
            if (shift > 0) compare(of, body, send_body(of, body));
        }
    }
    // One field at a time: the others are as they should be.
    void attack_formats(const route& of, const example_body& good) {
        for (const text_place& place : good.texts) {
            if (place.is_free && !is_reference(place.pointer)) continue;
            for (const std::size_t i : choose_lines(costs_a_hash(good))) {
                json::value body = good.value;
                body.at_pointer(place.pointer) = lines[i];
                compare(of, body, send_body(of, body));
            }
        }
    }
    void attack_query(const route& of) {
        for (const auto name : words_of(of.query_parameters))
            for (const std::size_t i : choose_lines())
                ask(of, sender_of(of), target_of(of) + "?" + std::string{name} + "=" + encoded(lines[i]));
    }
    void attack_path(const route& of) {
        for (const std::string& name : parameters_of(of))
            for (const std::size_t i : choose_lines())
                if (!lines[i].empty()) ask(of, sender_of(of), target_of(of, {{name, encoded(lines[i])}}));
    }

    bool is_reference(const std::string& pointer) const {
        return ids.contains(pointer.substr(pointer.rfind('/') + 1));
    }
    static bool costs_a_hash(const example_body& of) {
        return std::any_of(of.texts.begin(), of.texts.end(),
                           [](const text_place& each) { return each.pointer.ends_with("password"); });
    }

private:
    // With --long every line in every place. Else each place meets its share of them, and all places together
    // meet all of them many times. A password hash takes its time on purpose, so there are fewer of these.
    std::vector<std::size_t> choose_lines(bool slow = false) {
        const bool all = std::getenv("KIDEVENT_TEST_LONG") != nullptr;
        const std::size_t step = (all ? 1U : 12U) * (slow ? 8U : 1U);
        std::vector<std::size_t> chosen;
        for (std::size_t i = places_++ % step; i < lines.size(); i += step)
            chosen.push_back(i);
        return chosen;
    }
    std::size_t places_ = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_naughty_inputs, naughty)

BOOST_AUTO_TEST_CASE(no_line_in_any_field_of_any_body_breaks_anything_or_is_changed) {
    const std::string beta_before = rows_of(beta.id);
    const std::string gamma_before = rows_of(gamma.id);
    for (const route& each : all_routes()) {
        if (each.request_schema.empty()) continue;
        const example_body good{each.request_schema, ids};
        attack_free_texts(each, good);
        attack_formats(each, good);
    }
    BOOST_TEST(rows_of(beta.id) == beta_before);
    BOOST_TEST(rows_of(gamma.id) == gamma_before);
    BOOST_TEST(asked > 2000);
    for (const char* operation : {"createChild", "createEvent", "createAccount", "putTenant"})
        BOOST_TEST(stored[operation] > 0, operation << " stored " << stored[operation]);
}

BOOST_AUTO_TEST_CASE(no_line_in_any_query_parameter_breaks_anything) {
    for (const route& each : all_routes())
        if (each.media_type != "text/event-stream") attack_query(each);
    BOOST_TEST(asked > 1000);
}

BOOST_AUTO_TEST_CASE(no_line_in_any_path_breaks_anything) {
    const std::string beta_before = rows_of(beta.id);
    for (const route& each : all_routes())
        attack_path(each);
    BOOST_TEST(rows_of(beta.id) == beta_before);
    BOOST_TEST(asked > 1000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
