#pragma once
// The master process: owns the seats of all pools, reacts to signals and to dying workers, reloads
// without a gap, serves the status page. It runs no request itself and never touches the database.

#include "cache/generations.hpp"
#include "pool.hpp"
#include "seat.hpp"
#include "status_page.hpp"

#include <kidevent/settings.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kidevent::host {

class supervisor {
public:
    using load_settings = std::function<settings()>;

    // `executable` and `config_path` are absolute. `load` is called now and at each reload. Throws
    // std::runtime_error when the settings cannot be used or another master runs here already.
    supervisor(std::string executable, std::string config_path, load_settings load);
    ~supervisor();

    // Until a signal ended it: TERM, INT and QUIT drain, a second one ends at once; HUP and USR2
    // reload. Returns the exit code.
    int run();

private:
    using clock = std::chrono::steady_clock;

    void prepare_directory();
    void lock_directory();
    void wait_for_signal();
    void on_signal(int number);
    void reap();
    void tick();

    void begin_reload();
    void check_reload(clock::time_point now);
    void finish_reload(bool succeeded, const std::string& why);
    void begin_shutdown();
    bool is_over();

    std::vector<seat_status> list_status() const;

    load_settings load_;
    host_context context_;
    cache::generations generations_;
    int lock_descriptor_ = -1;
    std::string lock_path_;
    boost::asio::io_context loop_{1};
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<status_page> status_page_;

    using seats = std::map<seat_name, std::unique_ptr<seat>>;
    seats seats_;
    std::vector<std::unique_ptr<seat>> leaving_; // drained and not wanted any more

    struct reload {
        fastcgi_settings before; // to go back to
        std::vector<seat_name> wanted;
        clock::time_point deadline;
    };
    std::optional<reload> reload_;
    bool reload_again_ = false; // asked for while one was under way
    bool stopping_ = false;
    bool announced_ready_ = false;
    clock::time_point kill_at_{};
};

} // namespace kidevent::host
