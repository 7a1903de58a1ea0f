#include "fastcgi/decoder.hpp"
#include "records.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;

namespace {

// Events as text. Body pieces of one request are joined, since their cuts follow the cuts of the input.
class trace {
public:
    void add(const event& one) {
        std::visit([this](const auto& e) { write(e); }, one);
    }
    std::string text;
    bool starved = false;
    bool failed = false;

private:
    void line(const std::string& what, int id = -1) {
        chunk_id_ = -1;
        text += what + (id < 0 ? "" : " " + std::to_string(id)) + "\n";
    }
    void write(const need_bytes&) { starved = true; }
    void write(const request_begun& e) { line(e.keep_connection ? "begun, keep" : "begun", e.id); }
    void write(const begin_refused& e) {
        line("refused " + std::to_string(static_cast<int>(e.status)), e.id);
    }
    void write(const params_complete& e) {
        line("params", e.id);
        for (const auto& one : e.params)
            text += "  " + std::string(one.name) + "=" + std::string(one.value) + "\n";
    }
    void write(const params_too_large& e) { line("params too large", e.id); }
    void write(const body_chunk& e) {
        if (chunk_id_ == e.id) {
            text.insert(text.size() - 1, e.bytes);
            return;
        }
        line("body " + std::to_string(e.id) + " " + std::string(e.bytes));
        chunk_id_ = e.id;
    }
    void write(const body_complete& e) { line("body complete", e.id); }
    void write(const body_too_large& e) { line("body too large", e.id); }
    void write(const request_aborted& e) { line("aborted", e.id); }
    void write(const values_wanted& e) {
        line("values");
        for (const auto& one : e.names)
            text += "  " + std::string(one.name) + "\n";
    }
    void write(const unknown_management_type& e) { line("unknown type " + std::to_string(e.type)); }
    void write(const protocol_error& e) {
        failed = true;
        if (text.find("error") == std::string::npos) line(std::string("error: ") + e.reason);
    }
    int chunk_id_ = -1;
};

void drain(decoder& with, trace& into) {
    into.starved = false;
    while (!into.starved && !into.failed)
        into.add(with.next());
}

std::string decoded(std::string_view bytes, decoder_limits limits = {}) {
    decoder with(limits);
    trace into;
    with.feed(bytes);
    drain(with, into);
    return into.text;
}

template<class NextCut> std::string decoded_in_pieces(std::string_view bytes, NextCut next_cut) {
    decoder with(decoder_limits{});
    trace into;
    while (!bytes.empty() && !into.failed) {
        // A copy that dies after its turn: a view that is kept too long is found by the sanitizer.
        const std::string piece(bytes.substr(0, next_cut()));
        bytes.remove_prefix(piece.size());
        with.feed(piece);
        drain(with, into);
    }
    return into.text;
}

std::string conversation() {
    return record(9, 0, pair("FCGI_MAX_CONNS", "") + pair("FCGI_MPXS_CONNS", ""), 3) + begin(1)
           + begin(2, 1, false) + record(4, 1, pair("REQUEST_METHOD", "GET").substr(0, 9), 5)
           + record(4, 2, pair("LONG", std::string(300, 'x'))) + record(4, 2, "")
           + record(4, 1, pair("REQUEST_METHOD", "GET").substr(9)) + record(4, 1, "", 7)
           + record(5, 2, "hello ", 2) + record(5, 1, "") + record(5, 2, "world") + record(5, 2, "")
           + record(77, 0, "what") + begin(3, 9) + begin(4) + record(2, 4, "");
}

bool is_error(const std::string& trace_text, const std::string& reason) {
    return trace_text.find("error: " + reason) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fastcgi_decoder)

BOOST_AUTO_TEST_CASE(a_conversation_becomes_its_events) {
    const std::string expected =
        "values\n  FCGI_MAX_CONNS\n  FCGI_MPXS_CONNS\nbegun, keep 1\nbegun 2\nparams 2\n  LONG="
        + std::string(300, 'x')
        + "\nparams 1\n  REQUEST_METHOD=GET\nbody 2 hello \nbody complete 1\nbody 2 world\n"
          "body complete 2\nunknown type 77\nrefused 3 3\nbegun, keep 4\naborted 4\n";
    BOOST_TEST(decoded(conversation()) == expected);
}

BOOST_AUTO_TEST_CASE(fed_byte_by_byte_gives_the_same_events) {
    BOOST_TEST(decoded_in_pieces(conversation(), [] { return 1U; }) == decoded(conversation()));
}

BOOST_AUTO_TEST_CASE(fed_in_random_pieces_gives_the_same_events) {
    const auto expected = decoded(conversation());
    for (unsigned seed = 0; seed < 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random(seed);
            std::uniform_int_distribution<std::size_t> cut(1, 40);
            BOOST_TEST(decoded_in_pieces(conversation(), [&] { return cut(random); }) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_fastcgi_are_an_error) {
    const struct {
        const char* what;
        std::string bytes;
        std::string reason;
    } cases[] = {
        {"an HTTP request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "the record's version is not 1"},
        {"version 2", record(1, 1, std::string(8, '\0'), 0, 2), "the record's version is not 1"},
        {"params without begin", record(4, 1, "x"), "PARAMS without BEGIN_REQUEST"},
        {"begin that is too short", record(1, 1, "abc"), "BEGIN_REQUEST is not 8 bytes long"},
        {"the same id begun twice", begin(1) + begin(1), "BEGIN_REQUEST for a request that is not over"},
        {"stdin before the end of params", begin(1) + record(5, 1, "x"), "STDIN before the end of PARAMS"},
        {"params after their end", begin(1) + params(1, {}) + record(4, 1, "x"), "PARAMS after the end"},
        {"stdin after its end", begin(1) + params(1, {}) + body(1, "x") + record(5, 1, "y"),
         "STDIN after the end"},
        {"a record that only workers send", begin(1) + record(6, 1, "x"), "a record type that a web server"},
        {"a request's record with id 0", record(4, 0, "x"), "request id 0"},
        {"an abort with a body", begin(1) + record(2, 1, "x"), "ABORT_REQUEST has a body"},
        {"a cut off pair", begin(1) + record(4, 1, "\x05\x05name") + record(4, 1, ""), "PARAMS are cut off"},
        {"a cut off length", begin(1) + record(4, 1, "\x80") + record(4, 1, ""), "PARAMS are cut off"},
        {"cut off GET_VALUES", record(9, 0, "\x05"), "GET_VALUES is cut off"},
        {"endless GET_VALUES", record(9, 0, std::string(2000, 'x')), "GET_VALUES is too long"},
    };
    for (const auto& one : cases) {
        BOOST_TEST_CONTEXT(one.what) {
            const auto text = decoded(one.bytes);
            BOOST_TEST(is_error(text, one.reason), "got: " << text);
        }
    }
}

BOOST_AUTO_TEST_CASE(lengths_of_two_gigabytes_are_an_error_and_nothing_is_allocated_for_them) {
    const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff"
                             "abc";
    BOOST_TEST(is_error(decoded(begin(1) + record(4, 1, huge) + record(4, 1, "")), "PARAMS are cut off"));
}

BOOST_AUTO_TEST_CASE(after_an_error_nothing_else_is_decoded) {
    decoder with(decoder_limits{});
    const auto bytes = record(4, 1, "x") + whole_get(1, "/");
    with.feed(bytes);
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(std::holds_alternative<protocol_error>(with.next()));
}

BOOST_AUTO_TEST_CASE(a_role_other_than_responder_is_refused_and_its_records_skipped) {
    const auto bytes = begin(1, 9) + params(1, get("/")) + body(1, "x") + begin(2);
    BOOST_TEST(decoded(bytes) == "refused 3 1\nbegun, keep 2\n");
}

BOOST_AUTO_TEST_CASE(params_beyond_a_limit_end_that_request_only) {
    decoder_limits limits;
    limits.params_bytes_max = 100;
    limits.name_bytes_max = 10;
    limits.value_bytes_max = 20;
    limits.params_max = 3;
    const std::string expected = "begun, keep 1\nparams too large 1\nbegun, keep 2\n";
    const auto with = [&](const pairs& of) {
        return decoded(begin(1) + params(1, of) + body(1, "skipped") + begin(2), limits);
    };
    BOOST_TEST(with({{"A", std::string(120, 'x')}}) == expected);
    BOOST_TEST(with({{"A", std::string(21, 'x')}}) == expected);
    BOOST_TEST(with({{std::string(11, 'N'), ""}}) == expected);
    BOOST_TEST(with({{"A", ""}, {"B", ""}, {"C", ""}, {"D", ""}}) == expected);
    const auto kept = with({{"A", ""}, {"B", ""}, {std::string(10, 'N'), std::string(20, 'x')}});
    BOOST_TEST(kept.find("params too large") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_body_beyond_the_limit_is_told_once_and_skipped) {
    decoder_limits limits;
    limits.body_bytes_max = 4;
    const auto bytes = begin(1) + params(1, {}) + record(5, 1, "1234") + record(5, 1, "5") + record(5, 1, "6")
                       + body(1, "") + begin(2);
    BOOST_TEST(decoded(bytes, limits)
               == "begun, keep 1\nparams 1\nbody 1 1234\nbody too large 1\nbegun, keep 2\n");
}

BOOST_AUTO_TEST_CASE(requests_beyond_the_limit_are_refused_as_overload_until_one_is_finished) {
    decoder_limits limits;
    limits.requests_max = 2;
    decoder with(limits);
    trace into;
    const auto first = begin(1) + begin(2) + begin(3) + record(4, 3, "skipped");
    with.feed(first);
    drain(with, into);
    BOOST_TEST(into.text == "begun, keep 1\nbegun, keep 2\nrefused 2 3\n");
    with.finish(3);
    with.finish(1);
    const auto second = begin(4);
    with.feed(second);
    drain(with, into);
    BOOST_TEST(into.text.ends_with("begun, keep 4\n"));
}

BOOST_AUTO_TEST_CASE(a_peer_that_only_begins_requests_is_cut_off) {
    decoder_limits limits;
    limits.requests_max = 4;
    std::string bytes;
    for (int id = 1; id <= 100; ++id)
        bytes += begin(id);
    BOOST_TEST(is_error(decoded(bytes, limits), "too many requests that never end"));
}

BOOST_AUTO_TEST_CASE(a_finished_request_is_skipped_to_its_end_and_its_id_may_be_used_again) {
    decoder with(decoder_limits{});
    trace into;
    const auto first = begin(7) + params(7, {}) + record(5, 7, "ab");
    with.feed(first);
    drain(with, into);
    with.finish(7);
    const auto rest = record(5, 7, "cd") + record(5, 7, "") + record(5, 7, "") + begin(7);
    with.feed(rest);
    drain(with, into);
    BOOST_TEST(into.text == "begun, keep 7\nparams 7\nbody 7 ab\nbegun, keep 7\n");
}

BOOST_AUTO_TEST_CASE(stopping_inside_a_record_shows) {
    decoder with(decoder_limits{});
    trace into;
    const auto bytes = begin(1);
    BOOST_TEST(!with.inside_record());
    with.feed(std::string_view(bytes).substr(0, 3));
    drain(with, into);
    BOOST_TEST(with.inside_record());
    with.feed(std::string_view(bytes).substr(3));
    drain(with, into);
    BOOST_TEST(!with.inside_record());
}

BOOST_AUTO_TEST_SUITE_END()
