// Holds streams of changes open and says how long messages took to reach them all. Compiled and run by
// tests/bench/streams.
//
// streams_reader PORT HOST STREAMS: opens them, prints "open SECONDS"; then, for each line of stdin, waits
// until every stream has heard one more message and prints "heard P50 P99 MAX" in milliseconds since the
// `sent_at` that the message carries.

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <netinet/in.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

struct stream {
    int socket = -1;
    std::string unread;
    bool ready = false; // has its first id
};

double now() {
    using namespace std::chrono;
    return duration<double>(system_clock::now().time_since_epoch()).count();
}

class readers {
public:
    readers(int port, std::string host, std::size_t count)
        : port_(port), host_(std::move(host)), all_(count) {
        poll_ = ::epoll_create1(0);
    }

    void open_all() {
        constexpr std::size_t at_once = 200;
        std::size_t opened = 0;
        while (ready_ < all_.size()) {
            while (opened < all_.size() && opened - ready_ < at_once)
                open(opened++);
            read_some();
        }
    }
    std::vector<double> wait_for_message() {
        delays_.clear();
        while (delays_.size() < all_.size())
            read_some();
        return delays_;
    }

private:
    void open(std::size_t index) {
        stream& one = all_[index];
        one.socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port_));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const std::string asked = "GET /api/v1/stream?topics=events HTTP/1.0\r\nHost: " + host_ + "\r\n\r\n";
        if (one.socket < 0 || ::connect(one.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0
            || ::send(one.socket, asked.data(), asked.size(), 0) != static_cast<ssize_t>(asked.size())) {
            std::perror("a stream cannot be opened");
            std::exit(1);
        }
        epoll_event wanted{EPOLLIN, {.u64 = index}};
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, one.socket, &wanted);
    }
    void read_some() {
        epoll_event events[256];
        const int count = ::epoll_wait(poll_, events, 256, 30'000);
        if (count <= 0) {
            std::fprintf(stderr, "nothing came for 30 s: %zu of %zu streams are open\n", ready_, all_.size());
            std::exit(1);
        }
        for (int i = 0; i < count; ++i)
            read(all_[events[i].data.u64]);
    }
    void read(stream& from) {
        char piece[16384];
        const auto got = ::recv(from.socket, piece, sizeof piece, MSG_DONTWAIT);
        if (got <= 0) {
            std::fprintf(stderr, "a stream ended: %s\n", from.unread.substr(0, 300).c_str());
            std::exit(1);
        }
        from.unread.append(piece, static_cast<std::size_t>(got));
        if (!from.ready && from.unread.find("\nid: ") != std::string::npos) {
            from.ready = true;
            ++ready_;
            from.unread.clear();
            from.unread.shrink_to_fit();
        }
        const auto sent = from.unread.find("\"sent_at\"");
        if (sent == std::string::npos || from.unread.find("\n\n", sent) == std::string::npos) return;
        delays_.push_back((now() - std::stod(from.unread.substr(from.unread.find(':', sent) + 1))) * 1000);
        from.unread.clear();
        from.unread.shrink_to_fit();
    }

    int port_;
    std::string host_;
    int poll_;
    std::vector<stream> all_;
    std::size_t ready_ = 0;
    std::vector<double> delays_;
};

} // namespace

int main(int count, char** arguments) {
    if (count != 4) return 64;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    readers all(std::atoi(arguments[1]), arguments[2], std::strtoul(arguments[3], nullptr, 10));
    const double began = now();
    all.open_all();
    std::printf("open %.1f\n", now() - began);
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        auto delays = all.wait_for_message();
        std::sort(delays.begin(), delays.end());
        std::printf("heard %.0f %.0f %.0f\n", delays[delays.size() / 2], delays[delays.size() * 99 / 100],
                    delays.back());
        std::fflush(stdout);
    }
}
