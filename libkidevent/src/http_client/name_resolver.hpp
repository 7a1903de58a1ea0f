#pragma once
// The addresses of a name, asked for with a deadline. The system's own call has none: whoever chose the name
// may also run the server that is asked for it, and let it answer late or never. What comes too late is
// waited for by a thread that nobody else needs, and there are only so many of these.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace kidevent::http_client {

class name_resolver {
public:
    using instant = std::chrono::steady_clock::time_point;
    // Gives the addresses of a name or throws a std::exception. Is called on threads of its own, also at the
    // same time for different names, and may still run when the resolver is gone.
    using lookup = std::function<std::vector<std::string>(const std::string& name)>;

    class failed : public std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    // At most so many names are asked for at once, those that nobody waits for any more among them.
    name_resolver(lookup ask, std::size_t at_once_max);

    // At least one address. Blocks, at most until then. Who wants a name that is being asked for gets that
    // answer: a slow name takes one thread, however many want it. Throws failed.
    std::vector<std::string> resolve(const std::string& name, instant until);

    // What the system knows: files and servers for names. One for the process.
    static name_resolver& of_system();

private:
    struct question {
        bool is_answered = false;
        std::vector<std::string> addresses;
        std::string fault;
    };
    // Outlives the resolver for as long as threads ask.
    struct asking {
        lookup ask;
        std::mutex mutex;
        std::condition_variable changed;
        std::map<std::string, std::shared_ptr<question>> open; // by name
    };
    static void answer(asking& all, question& of, const std::string& name) noexcept;
    std::shared_ptr<question> begin(const std::string& name);

    std::shared_ptr<asking> all_;
    std::size_t at_once_max_;
};

} // namespace kidevent::http_client
