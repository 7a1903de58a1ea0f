#include "listen_queue.hpp"

#include <array>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kidevent::host {
namespace {

struct question {
    nlmsghdr header{};
    unix_diag_req body{};
};

// The attribute UNIX_DIAG_RQLEN of a unix_diag_msg; -1 without one.
std::int64_t find_queue_length(const char* message, std::size_t bytes) {
    std::size_t at = NLMSG_ALIGN(sizeof(unix_diag_msg));
    rtattr attribute{};
    while (at + sizeof(attribute) <= bytes) {
        std::memcpy(&attribute, message + at, sizeof(attribute));
        if (attribute.rta_len < sizeof(attribute) || at + attribute.rta_len > bytes) return -1;
        unix_diag_rqlen lengths{};
        if (attribute.rta_type == UNIX_DIAG_RQLEN
            && attribute.rta_len >= sizeof(attribute) + sizeof(lengths)) {
            std::memcpy(&lengths, message + at + RTA_LENGTH(0), sizeof(lengths));
            return lengths.udiag_rqueue; // of a listening socket: its waiting connections
        }
        at += RTA_ALIGN(attribute.rta_len);
    }
    return -1;
}

std::int64_t ask(int netlink, unsigned inode) {
    question ask{};
    ask.header.nlmsg_len = sizeof(ask);
    ask.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    ask.header.nlmsg_flags = NLM_F_REQUEST;
    ask.body.sdiag_family = AF_UNIX;
    ask.body.udiag_states = ~0U;
    ask.body.udiag_ino = inode;
    ask.body.udiag_show = UDIAG_SHOW_RQLEN;
    ask.body.udiag_cookie[0] = ask.body.udiag_cookie[1] = ~0U;
    if (::send(netlink, &ask, sizeof(ask), 0) != static_cast<ssize_t>(sizeof(ask))) return -1;
    std::array<char, 4096> reply{};
    const auto count = ::recv(netlink, reply.data(), reply.size(), MSG_DONTWAIT);
    nlmsghdr header{};
    if (count < static_cast<ssize_t>(sizeof(header))) return -1;
    std::memcpy(&header, reply.data(), sizeof(header));
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || header.nlmsg_len > static_cast<std::size_t>(count))
        return -1;
    return find_queue_length(reply.data() + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
}

} // namespace

std::int64_t listen_queue_length(int listening_descriptor) {
    struct stat found {};
    if (::fstat(listening_descriptor, &found) != 0) return -1;
    const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (netlink < 0) return -1;
    const auto length = ask(netlink, static_cast<unsigned>(found.st_ino));
    ::close(netlink);
    return length;
}

} // namespace kidevent::host
