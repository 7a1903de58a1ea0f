// libFuzzer target: any bytes into the FastCGI decoder and, from complete params, into the request
// builder. Beyond not crashing it checks that the cuts between reads change nothing, and that what
// is promised about events and built requests holds. Run it with tests/fuzz/run.

#include "fastcgi/decoder.hpp"
#include "fastcgi/request_builder.hpp"
#include "fastcgi/target_check.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

using namespace kidevent::fastcgi;

namespace {

// Small, so that short inputs reach them.
constexpr decoder_limits limits{512, 32, 128, 16, 4, 256};

void require(bool holds) {
    if (!holds) std::abort();
}

void check_request(const incoming& made) {
    require(!made.value.method.empty() && !made.value.host.empty());
    require(made.value.target.front() == '/' && is_valid_utf8(made.value.target));
    require(made.content_length <= limits.body_bytes_max);
    int content_types = 0;
    for (const auto& field : made.value.headers) {
        require(!field.name.empty() && field.name != "proxy" && field.name != "host");
        require(field.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
        require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        content_types += field.name == "content-type" ? 1 : 0;
    }
    require(content_types <= 1);
}

// The events of one run as text, with the promises about their order checked on the way.
class observer {
public:
    explicit observer(decoder& watched) : decoder_(watched) {}

    // False at need_bytes or an error.
    bool add(const event& one) {
        return std::visit([this](const auto& e) { return on(e); }, one);
    }
    bool failed() const { return failed_; }
    // Body bytes apart: where they are cut follows the reads.
    std::string events;
    std::map<std::uint16_t, std::string> bodies;

private:
    bool note(char what, std::uint16_t id) {
        events += what;
        events += std::to_string(id);
        return true;
    }
    // As the connection does once it has answered.
    bool finish(char what, std::uint16_t id) {
        open_.erase(id);
        decoder_.finish(id);
        return note(what, id);
    }
    bool on(const need_bytes&) { return false; }
    bool on(const protocol_error& e) {
        failed_ = true;
        events += e.reason;
        return false;
    }
    bool on(const request_begun& e) {
        require(open_.size() < limits.requests_max && open_.count(e.id) == 0);
        open_[e.id] = 0;
        return note(e.keep_connection ? 'K' : 'B', e.id);
    }
    bool on(const begin_refused& e) { return finish('R', e.id); }
    bool on(const params_complete& e) {
        require(open_.count(e.id) == 1);
        for (const auto& one : e.params) {
            require(one.name.size() <= limits.name_bytes_max && one.value.size() <= limits.value_bytes_max);
            events += std::string(one.name) + '=' + std::string(one.value); // reads every byte of it
        }
        const auto built = build_request(e.params, limits.body_bytes_max);
        events += std::to_string(built.index());
        if (const auto* made = std::get_if<incoming>(&built))
            check_request(*made);
        else
            return finish('F', e.id);
        return note('P', e.id);
    }
    bool on(const params_too_large& e) { return finish('L', e.id); }
    bool on(const body_chunk& e) {
        require(open_.count(e.id) == 1 && !e.bytes.empty());
        open_[e.id] += e.bytes.size();
        require(open_[e.id] <= limits.body_bytes_max);
        bodies[e.id].append(e.bytes);
        return true;
    }
    // Answered at once for odd ids, never for even ones: both leave their mark on what may follow.
    bool on(const body_complete& e) { return e.id % 2 == 1 ? finish('C', e.id) : note('c', e.id); }
    bool on(const body_too_large& e) {
        bodies[e.id].clear(); // how much of it was seen depends on the cuts
        return finish('T', e.id);
    }
    bool on(const request_aborted& e) { return finish('A', e.id); }
    bool on(const values_wanted& e) {
        for (const auto& one : e.names)
            events += one.name;
        return true;
    }
    bool on(const unknown_management_type& e) { return note('U', e.type); }

    decoder& decoder_;
    std::map<std::uint16_t, std::size_t> open_; // body bytes
    bool failed_ = false;
};

struct outcome {
    std::string events;
    std::map<std::uint16_t, std::string> bodies;
    bool failed;
};

// Feeds pieces of 1 to 1 + piece_max bytes, each from memory that is freed after its turn.
outcome decode(std::string_view bytes, std::size_t piece_max) {
    decoder with(limits);
    observer seen(with);
    std::size_t step = 0;
    while (!bytes.empty() && !seen.failed()) {
        const std::string piece(bytes.substr(0, 1 + (step++ * 7) % (piece_max + 1)));
        bytes.remove_prefix(piece.size());
        with.feed(piece);
        while (seen.add(with.next())) {
        }
    }
    return {seen.events, seen.bodies, seen.failed()};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = decode(bytes, bytes.size());
    const auto cut = decode(bytes, data[0]);
    require(whole.events == cut.events && whole.bodies == cut.bodies && whole.failed == cut.failed);
    return 0;
}
