#pragma once
// A value that must not reach a log or an answer: it has no operator<<, and reading it is visible at the
// call.

#include <string>
#include <utility>

namespace kidevent {

class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    const std::string& reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

} // namespace kidevent
