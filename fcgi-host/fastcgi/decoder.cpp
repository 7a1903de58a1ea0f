#include "fastcgi/decoder.hpp"

#include <algorithm>
#include <utility>

namespace kidevent::fastcgi {
namespace {

// GET_VALUES asks for three short names; nothing longer makes sense.
constexpr std::size_t get_values_bytes_max = 1024;

bool is(std::uint8_t type, record_type wanted) noexcept { return type == static_cast<std::uint8_t>(wanted); }

} // namespace

decoder::open_request* decoder::find_request(std::uint16_t id) noexcept {
    for (auto& request : requests_)
        if (request.id == id) return &request;
    return nullptr;
}

void decoder::forget(std::uint16_t id) noexcept {
    std::erase_if(requests_, [id](const open_request& request) { return request.id == id; });
}

void decoder::forget_when_over(open_request& request) noexcept {
    if (request.input_ended && request.answered) forget(request.id);
}

void decoder::finish(std::uint16_t id) noexcept {
    auto* request = find_request(id);
    if (!request) return;
    request->answered = true;
    request->at = stage::skipping;
    std::string().swap(request->params);
    forget_when_over(*request);
}

event decoder::fail(const char* reason) noexcept {
    failure_ = reason;
    requests_.clear();
    return protocol_error{reason};
}

std::string_view decoder::take(std::size_t bytes_max) noexcept {
    const auto piece = input_.substr(0, bytes_max);
    input_.remove_prefix(piece.size());
    return piece;
}

event decoder::next() {
    while (!failure_) {
        maybe_event out;
        switch (phase_) {
        case phase::header: {
            const auto piece = take(record_header_bytes - header_filled_);
            std::copy(piece.begin(), piece.end(),
                      header_bytes_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
            header_filled_ += piece.size();
            if (header_filled_ < record_header_bytes) return need_bytes{};
            header_filled_ = 0;
            header_ = read_record_header(header_bytes_.data());
            content_left_ = header_.content_bytes;
            padding_left_ = header_.padding_bytes;
            phase_ = phase::content;
            out = open_record();
            break;
        }
        case phase::content: {
            if (content_left_ == 0) {
                phase_ = phase::padding;
                out = close_record();
                break;
            }
            if (input_.empty()) return need_bytes{};
            const auto piece = take(content_left_);
            content_left_ -= piece.size();
            out = take_content(piece);
            break;
        }
        case phase::padding:
            if (padding_left_ == 0) {
                phase_ = phase::header;
                break;
            }
            if (input_.empty()) return need_bytes{};
            padding_left_ -= take(padding_left_).size();
            break;
        }
        if (out) return *out;
    }
    return protocol_error{failure_};
}

decoder::maybe_event decoder::open_record() {
    skip_content_ = false;
    control_.clear();
    if (header_.version != FCGI_VERSION_1) return fail("the record's version is not 1");
    if (header_.request_id == FCGI_NULL_REQUEST_ID) return open_management_record();
    switch (static_cast<record_type>(header_.type)) {
    case record_type::begin_request:
        if (header_.content_bytes != fixed_body_bytes) return fail("BEGIN_REQUEST is not 8 bytes long");
        return std::nullopt;
    case record_type::abort_request:
        if (header_.content_bytes != 0) return fail("ABORT_REQUEST has a body");
        return abort();
    case record_type::params: return open_params_record();
    case record_type::stdin_bytes: return open_stdin_record();
    default: return fail("a record type that a web server never sends");
    }
}

decoder::maybe_event decoder::open_management_record() {
    if (is(header_.type, record_type::get_values)) {
        if (header_.content_bytes > get_values_bytes_max) return fail("GET_VALUES is too long");
        return std::nullopt;
    }
    if (header_.type == 0 || header_.type <= FCGI_MAXTYPE) return fail("request id 0 in a request's record");
    skip_content_ = true;
    return unknown_management_type{header_.type};
}

decoder::maybe_event decoder::open_params_record() {
    auto* request = find_request(header_.request_id);
    if (!request) return fail("PARAMS without BEGIN_REQUEST");
    skip_content_ = request->at == stage::skipping;
    if (skip_content_) return std::nullopt;
    if (request->at != stage::params) return fail("PARAMS after the end of PARAMS");
    if (header_.content_bytes == 0) return complete_params(*request);
    return std::nullopt;
}

decoder::maybe_event decoder::open_stdin_record() {
    auto* request = find_request(header_.request_id);
    // A request that is over: the web server had not seen END_REQUEST yet.
    skip_content_ = !request || request->at == stage::skipping;
    if (!request) return std::nullopt;
    if (request->at == stage::params) return fail("STDIN before the end of PARAMS");
    if (header_.content_bytes != 0) {
        if (request->input_ended) return fail("STDIN after the end of STDIN");
        return std::nullopt;
    }
    const bool ends_now = !std::exchange(request->input_ended, true);
    const bool wanted = request->at == stage::body && ends_now;
    forget_when_over(*request);
    if (wanted) return body_complete{header_.request_id};
    return std::nullopt;
}

decoder::maybe_event decoder::take_content(std::string_view piece) {
    if (skip_content_) return std::nullopt;
    if (is(header_.type, record_type::begin_request) || is(header_.type, record_type::get_values)) {
        control_.append(piece);
        return std::nullopt;
    }
    auto* request = find_request(header_.request_id);
    if (!request || request->at == stage::skipping) return std::nullopt; // finished inside this record
    if (is(header_.type, record_type::params)) return take_params(*request, piece);
    if (piece.size() > limits_.body_bytes_max - request->body_bytes) {
        request->at = stage::skipping;
        return body_too_large{request->id};
    }
    request->body_bytes += piece.size();
    return body_chunk{request->id, piece};
}

decoder::maybe_event decoder::take_params(open_request& request, std::string_view piece) {
    if (piece.size() > limits_.params_bytes_max - request.params.size()) {
        request.at = stage::skipping;
        return params_too_large{request.id, "The request's header fields are too large in total."};
    }
    request.params.append(piece);
    return std::nullopt;
}

decoder::maybe_event decoder::close_record() {
    if (is(header_.type, record_type::begin_request)) return begin();
    if (is(header_.type, record_type::get_values) && header_.request_id == FCGI_NULL_REQUEST_ID) {
        if (!parse_name_values(control_, params_)) return fail("GET_VALUES is cut off");
        return values_wanted{params_};
    }
    return std::nullopt;
}

event decoder::begin() {
    const auto id = header_.request_id;
    const auto role = read_u16(control_.data());
    const bool keep = (static_cast<unsigned char>(control_[2]) & FCGI_KEEP_CONN) != 0;
    if (const auto* known = find_request(id)) {
        if (!known->answered) return fail("BEGIN_REQUEST for a request that is not over");
        forget(id);
    }
    const auto unanswered = std::count_if(requests_.begin(), requests_.end(),
                                          [](const open_request& request) { return !request.answered; });
    if (requests_.size() >= 2 * limits_.requests_max) return fail("too many requests that never end");
    auto& request = requests_.emplace_back();
    request.id = id;
    if (role != FCGI_RESPONDER) {
        request.at = stage::skipping;
        return begin_refused{id, keep, protocol_status::unknown_role};
    }
    if (static_cast<std::size_t>(unanswered) >= limits_.requests_max) {
        request.at = stage::skipping;
        return begin_refused{id, keep, protocol_status::overloaded};
    }
    return request_begun{id, keep};
}

decoder::maybe_event decoder::abort() {
    auto* request = find_request(header_.request_id);
    if (!request) return std::nullopt; // it ended in the meantime
    request->input_ended = true;
    const bool answered = request->answered;
    request->at = stage::skipping;
    forget_when_over(*request);
    if (answered) return std::nullopt;
    return request_aborted{header_.request_id};
}

event decoder::complete_params(open_request& request) {
    request.at = stage::body;
    params_bytes_ = std::move(request.params);
    std::string().swap(request.params);
    if (!parse_name_values(params_bytes_, params_)) return fail("PARAMS are cut off");
    const char* reason = nullptr;
    if (params_.size() > limits_.params_max) reason = "The request has too many header fields.";
    for (const auto& one : params_) {
        if (one.name.size() > limits_.name_bytes_max) reason = "A header field's name is too long.";
        if (one.value.size() > limits_.value_bytes_max) reason = "A header field's value is too long.";
    }
    if (!reason) return params_complete{request.id, params_};
    request.at = stage::skipping;
    return params_too_large{request.id, reason};
}

} // namespace kidevent::fastcgi
