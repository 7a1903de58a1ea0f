#pragma once
// What a transaction leaves for the processes that do background work.

#include <charconv>
#include <string_view>

namespace kidevent::db {

enum class work : unsigned {
    events = 1,     // to be published
    jobs = 2,       // to be run
    deliveries = 4, // of webhooks, to be sent
};

class work_set {
public:
    constexpr work_set() = default;
    constexpr work_set(work one) : bits_(static_cast<unsigned>(one)) {}
    static constexpr work_set all() {
        work_set made;
        made.bits_ = ~0U;
        return made;
    }

    constexpr bool has(work one) const noexcept { return (bits_ & static_cast<unsigned>(one)) != 0; }
    constexpr bool is_empty() const noexcept { return bits_ == 0; }
    constexpr work_set& operator|=(work_set more) noexcept {
        bits_ |= more.bits_;
        return *this;
    }

    // As processes tell each other. What is no number stands for all.
    int number() const noexcept { return static_cast<int>(bits_); }
    static work_set parse(std::string_view text) {
        work_set read;
        const char* const end = text.data() + text.size();
        const auto done = std::from_chars(text.data(), end, read.bits_);
        return done.ec == std::errc{} && done.ptr == end ? read : all();
    }

private:
    unsigned bits_ = 0;
};

} // namespace kidevent::db
