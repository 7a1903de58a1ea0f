#include "listener.hpp"

#include "listen_queue.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <grp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace kidevent::host {
namespace {

constexpr mode_t owner_and_group = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        throw std::runtime_error("the socket's path is longer than 107 bytes: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

} // namespace

unsigned group_id(const std::string& name) {
    const auto* found = ::getgrnam(name.c_str());
    if (!found) throw std::runtime_error("fastcgi.socket_group: there is no group \"" + name + "\"");
    return found->gr_gid;
}

listener::listener(const std::string& directory, const std::string& name, int backlog,
                   const std::string& group)
    : public_path_(directory + "/" + name), hidden_path_(directory + "/." + name) {
    const auto address = address_of(hidden_path_);
    const auto owning_group = group.empty() ? static_cast<unsigned>(-1) : group_id(group);
    descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) throw_errno("socket");
    ::unlink(hidden_path_.c_str());
    const bool listening =
        ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0
        && ::chown(hidden_path_.c_str(), static_cast<unsigned>(-1), owning_group) == 0
        && ::chmod(hidden_path_.c_str(), owner_and_group) == 0 && ::listen(descriptor_, backlog) == 0;
    if (listening) return;
    const int failure = errno;
    ::close(descriptor_);
    ::unlink(hidden_path_.c_str());
    errno = failure;
    throw_errno("the socket " + hidden_path_);
}

listener::~listener() {
    ::unlink(published_ ? public_path_.c_str() : hidden_path_.c_str());
    ::close(descriptor_);
}

bool listener::publish() noexcept {
    if (!published_) published_ = std::rename(hidden_path_.c_str(), public_path_.c_str()) == 0;
    return published_;
}

void listener::withdraw() noexcept {
    if (published_) published_ = std::rename(public_path_.c_str(), hidden_path_.c_str()) != 0;
}

std::int64_t listener::queue_length() const { return listen_queue_length(descriptor_); }

} // namespace kidevent::host
