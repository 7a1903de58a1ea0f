#include "redis/resp.hpp"

#include <algorithm>
#include <charconv>

namespace kidevent::redis {

namespace {

constexpr std::string_view line_end = "\r\n";

bool begins_reply(char byte) noexcept {
    return std::string_view{"+-:$*"}.find(byte) != std::string_view::npos;
}

std::int64_t read_number(std::string_view digits) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size())
        throw protocol_error("not a number");
    return number;
}

} // namespace

void append_command(std::string& out, std::span<const std::string> words) {
    out.append("*").append(std::to_string(words.size())).append(line_end);
    for (const std::string& each : words)
        out.append("$").append(std::to_string(each.size())).append(line_end).append(each).append(line_end);
}

void reply_parser::feed(std::string_view bytes) {
    // What was taken goes when it is the larger part, so that a byte is moved once on average.
    if (at_ > buffer_.size() / 2) {
        buffer_.erase(0, at_);
        scanned_ -= std::min(scanned_, at_);
        at_ = 0;
    }
    buffer_.append(bytes);
}

void reply_parser::count(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > limits_.reply_bytes_max) throw protocol_error("a reply is too large");
}

std::optional<std::string_view> reply_parser::take_line() {
    const std::size_t end = buffer_.find(line_end, std::max(at_, scanned_));
    if (end == std::string::npos) {
        // Known for garbage by its first byte: its line may never end.
        if (at_ < buffer_.size() && !begins_reply(buffer_[at_])) throw protocol_error("not RESP");
        if (buffer_.size() - at_ > limits_.line_bytes_max + 1) throw protocol_error("a line is too long");
        // The last byte may be the first half of a line's end.
        scanned_ = std::max(at_, buffer_.size() - std::min<std::size_t>(buffer_.size(), 1));
        return std::nullopt;
    }
    if (end - at_ > limits_.line_bytes_max) throw protocol_error("a line is too long");
    const std::string_view line = std::string_view{buffer_}.substr(at_, end - at_);
    at_ = scanned_ = end + line_end.size();
    return line;
}

std::optional<reply> reply_parser::take_bulk() {
    const std::size_t size = *bulk_left_;
    if (buffer_.size() - at_ < size + line_end.size()) return std::nullopt;
    if (std::string_view{buffer_}.substr(at_ + size, line_end.size()) != line_end)
        throw protocol_error("a bulk string does not end where it should");
    reply made;
    made.is = reply::kind::bulk;
    made.text = buffer_.substr(at_, size);
    at_ = scanned_ = at_ + size + line_end.size();
    bulk_left_.reset();
    return made;
}

std::optional<reply> reply_parser::begin_array(std::int64_t size) {
    reply made;
    if (size == -1) return made;
    if (size < 0 || static_cast<std::uint64_t>(size) > limits_.items_max - items_)
        throw protocol_error("an array is too long");
    if (open_.size() >= limits_.depth_max) throw protocol_error("arrays nest too deep");
    made.is = reply::kind::array;
    if (size == 0) return made;
    // Room is made as items come: a server must send what it announces before it costs memory.
    items_ += static_cast<std::size_t>(size);
    open_.push_back({std::move(made), static_cast<std::size_t>(size)});
    return std::nullopt;
}

// A reply that is one line, or std::nullopt when the line begins a longer one.
std::optional<reply> reply_parser::begin(std::string_view line) {
    if (line.empty()) throw protocol_error("an empty line");
    count(line.size());
    reply made;
    const std::string_view rest = line.substr(1);
    switch (line.front()) {
    case '+':
    case '-':
        made.is = line.front() == '+' ? reply::kind::simple : reply::kind::error;
        made.text = rest;
        return made;
    case ':':
        made.is = reply::kind::integer;
        made.number = read_number(rest);
        return made;
    case '$': {
        const auto size = read_number(rest);
        if (size == -1) return made;
        if (size < 0 || static_cast<std::uint64_t>(size) > limits_.bulk_bytes_max)
            throw protocol_error("a bulk string is too long");
        count(static_cast<std::size_t>(size));
        bulk_left_ = static_cast<std::size_t>(size);
        return std::nullopt;
    }
    case '*': return begin_array(read_number(rest));
    default: throw protocol_error("not RESP");
    }
}

// Puts a finished reply into the array that it belongs to; gives the outermost one when that is complete.
std::optional<reply> reply_parser::close(reply done) {
    while (!open_.empty()) {
        open_.back().made.items.push_back(std::move(done));
        if (--open_.back().left > 0) return std::nullopt;
        done = std::move(open_.back().made);
        open_.pop_back();
    }
    items_ = bytes_ = 0;
    return done;
}

std::optional<reply> reply_parser::next() {
    for (;;) {
        std::optional<reply> part;
        if (bulk_left_) {
            part = take_bulk();
            if (!part) return std::nullopt;
        } else {
            const auto line = take_line();
            if (!line) return std::nullopt;
            part = begin(*line);
            if (!part) continue;
        }
        if (auto whole = close(std::move(*part))) return whole;
    }
}

} // namespace kidevent::redis
