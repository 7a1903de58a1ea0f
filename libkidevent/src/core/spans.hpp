#pragma once
// What one request waited for, as a short list of spans, and the trace that it belongs to. Every awaitable of
// a request (batches, leases, threads, caches, admission) takes the list off the thread when it suspends and
// puts it back when it resumes, so that everybody in between finds the list of the request it works for. It
// decides nothing: a span that is lost costs a line in a trace.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace kidevent {

struct request_span {
    using clock = std::chrono::steady_clock;

    const char* name = "";   // a constant: "db", "login"
    const char* detail = ""; // a constant: the name of a query, or ""
    clock::time_point begin;
    clock::time_point end;
};

class request_spans {
public:
    // As many as fit into what malloc keeps at hand for a thread: every request has a list.
    static constexpr std::size_t spans_max = 24;

    // Until then there is no list: spans are not measured, and take no memory.
    void keep() { kept_ = std::make_unique<kept_spans>(); }
    bool is_kept() const noexcept { return kept_ != nullptr; }

    // Does not allocate; more than spans_max are only counted. Once they are kept.
    void add(const request_span& ended) noexcept {
        if (count_ < spans_max)
            (*kept_)[count_++] = ended;
        else
            ++left_out_;
    }
    std::span<const request_span> list() const noexcept { return {kept_ ? kept_->data() : nullptr, count_}; }
    std::size_t left_out() const noexcept { return left_out_; }

    std::string traceparent; // W3C, with the request's own span; events that it causes carry it

    // What the audit log says of the request.
    std::string_view request_id; // lives as long as the request's record
    // The textual IP address of the sender, which is made coarse before it is kept. Does not allocate.
    void came_from(std::string_view address) noexcept {
        client_size_ = std::min(address.size(), client_.size());
        std::copy_n(address.begin(), client_size_, client_.begin());
    }
    std::string_view client_address() const noexcept { return {client_.data(), client_size_}; }

    // Those of the request that this thread works for; null outside of requests. Owned, because work that a
    // request began may go on when the request has been answered.
    static inline thread_local std::shared_ptr<request_spans> current;

private:
    using kept_spans = std::array<request_span, spans_max>;
    std::unique_ptr<kept_spans> kept_;
    std::size_t count_ = 0;
    std::size_t left_out_ = 0;
    std::array<char, 45> client_; // as long as an IPv6 address gets
    std::size_t client_size_ = 0;
};

// From its making to its end, which may lie in another turn of the loop. For coroutines of the request.
class timed_span {
public:
    explicit timed_span(const char* name) noexcept {
        const auto& current = request_spans::current;
        if (!current || !current->is_kept()) return;
        of_ = current;
        span_.name = name;
        span_.begin = request_span::clock::now();
    }
    ~timed_span() {
        if (!of_) return;
        span_.end = request_span::clock::now();
        of_->add(span_);
    }
    timed_span(const timed_span&) = delete;
    timed_span& operator=(const timed_span&) = delete;

private:
    std::shared_ptr<request_spans> of_;
    request_span span_;
};

// A member of an awaitable: suspend() in await_suspend, resume() in await_resume.
class awaited_span {
public:
    void suspend(const char* name, const char* detail = "") noexcept {
        suspended_ = true;
        of_ = std::move(request_spans::current);
        if (of_ && of_->is_kept()) span_ = {name, detail, request_span::clock::now(), {}};
    }
    void resume() noexcept {
        if (!suspended_) return;
        if (of_ && of_->is_kept()) {
            span_.end = request_span::clock::now();
            of_->add(span_);
        }
        request_spans::current = std::move(of_);
    }

private:
    bool suspended_ = false;
    std::shared_ptr<request_spans> of_;
    request_span span_;
};

} // namespace kidevent
