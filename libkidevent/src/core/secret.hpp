#pragma once
// A value that must not reach a log or an answer: it has no operator<<, and reading it is visible at the
// call. Its memory is wiped when it goes; copies that were made of what it reveals are not.

#include <string.h>

#include <string>
#include <utility>

namespace kidevent {

class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    secret(const secret&) = default;
    // A short text is moved by copying it, so that its characters would stay behind.
    secret(secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    secret& operator=(const secret& other) {
        if (this != &other) {
            wipe();
            value_ = other.value_;
        }
        return *this;
    }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            value_ = std::move(other.value_);
            other.wipe();
        }
        return *this;
    }
    ~secret() { wipe(); }

    const std::string& reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    void wipe() noexcept {
        // All of the memory: what is beyond the end may be left from a longer text.
        value_.resize(value_.capacity());
        ::explicit_bzero(value_.data(), value_.size());
        value_.clear();
    }

    std::string value_;
};

} // namespace kidevent
