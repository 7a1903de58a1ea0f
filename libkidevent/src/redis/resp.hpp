#pragma once
// RESP2, the protocol of Redis, as a state machine without input or output: bytes in, replies out, and
// commands as bytes. Everything that a server could make large is bounded. Internal to redis/, and its tests.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::redis {

struct reply {
    enum class kind { null, simple, error, integer, bulk, array };

    kind is = kind::null;
    std::string text;         // of simple, error and bulk
    std::int64_t number = 0;  // of integer
    std::vector<reply> items; // of array

    bool is_ok() const noexcept { return is == kind::simple && text == "OK"; }
};

// Appends a command: an array of bulk strings, which may hold any bytes.
void append_command(std::string& out, std::span<const std::string> words);

// The server does not speak RESP, or says more than it may.
class protocol_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct reply_limits {
    std::size_t line_bytes_max = 4096; // errors may be sentences
    std::size_t bulk_bytes_max = 16 * 1024 * 1024;
    std::size_t items_max = 65536; // of all arrays of one reply together
    std::size_t depth_max = 4;
    std::size_t reply_bytes_max = 32 * 1024 * 1024;
};

class reply_parser {
public:
    explicit reply_parser(const reply_limits& with = {}) : limits_(with) {}

    void feed(std::string_view bytes);
    // The next reply; std::nullopt until more bytes come. Throws protocol_error, after which the parser is
    // of no use: where the next reply would begin is not known.
    std::optional<reply> next();
    // Bytes that were fed and belong to no reply yet.
    bool is_idle() const noexcept { return open_.empty() && at_ == buffer_.size() && !bulk_left_; }

private:
    struct open_array {
        reply made;
        std::size_t left;
    };

    std::optional<std::string_view> take_line();
    std::optional<reply> take_bulk();
    std::optional<reply> begin(std::string_view line);
    std::optional<reply> begin_array(std::int64_t size);
    std::optional<reply> close(reply done);
    void count(std::size_t bytes);

    reply_limits limits_;
    std::string buffer_;
    std::size_t at_ = 0;      // what lies before it is taken
    std::size_t scanned_ = 0; // no line ends between at_ and here
    std::optional<std::size_t> bulk_left_;
    std::vector<open_array> open_;
    std::size_t items_ = 0; // of the reply being read
    std::size_t bytes_ = 0;
};

} // namespace kidevent::redis
