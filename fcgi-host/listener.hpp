#pragma once
// One listening unix socket that the master owns and workers inherit. It is made under a hidden
// name and gets its public one only while a worker is there to answer: where there is no file, nginx
// goes to the next worker at once. Used by seat.

#include <cstdint>
#include <string>

namespace kidevent::host {

class listener {
public:
    // Listens as DIRECTORY/.NAME. `group` may be "". Throws std::system_error, or
    // std::runtime_error when the path is longer than a socket's may be or the group is unknown.
    listener(const std::string& directory, const std::string& name, int backlog, const std::string& group);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    int descriptor() const noexcept { return descriptor_; }

    // Moves the socket to DIRECTORY/NAME, replacing what is there. False (with errno) on failure.
    bool publish() noexcept;
    // Takes the public name away; connections that are waiting stay.
    void withdraw() noexcept;
    bool published() const noexcept { return published_; }

    // Connections that wait to be accepted; -1 when the kernel does not tell.
    std::int64_t queue_length() const;

private:
    std::string public_path_;
    std::string hidden_path_;
    int descriptor_ = -1;
    bool published_ = false;
};

// The id of a group. Throws std::runtime_error when there is none of that name.
unsigned group_id(const std::string& name);

} // namespace kidevent::host
