#pragma once
// Time as a parameter, so that tests can move it. What must agree between processes (the expiry of a login,
// the start of a session) is decided by PostgreSQL's clock instead.

#include <chrono>

namespace kidevent {

using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

class clock {
public:
    virtual ~clock() = default;
    virtual timestamp now() const {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

} // namespace kidevent
