#pragma once
// Finds the row of the route table that answers a method and a path. Built once at start, then only read.

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::http {

struct route_match {
    enum class outcome { found, method_not_allowed, not_found };

    outcome is = outcome::not_found;
    std::size_t index = 0;  // found: the row
    std::string_view allow; // method_not_allowed: the Allow header; lives as long as the router
    std::array<std::string_view, 4> parameters{}; // found: the captured segments, parts of the path given
    std::size_t parameters_count = 0;
};

class router {
public:
    static constexpr std::size_t parameters_max = 4;

    router();
    ~router();
    router(router&&) noexcept;
    router& operator=(router&&) noexcept;

    // `pattern` is "/" or segments that are literal or "{name}": "/api/v1/children/{child_id}". Throws
    // std::logic_error for any other pattern, for more than parameters_max parameters, and for a method and
    // path added before.
    void add(std::string_view method, std::string_view pattern, std::size_t index);

    // `path` is decoded already (target.hpp) and must outlive the match. A literal segment wins over a
    // parameter; a parameter takes one segment that is not empty. HEAD is not translated: match GET in its
    // place (Allow lists HEAD wherever it lists GET). Does not allocate.
    route_match match(std::string_view method, std::string_view path) const noexcept;

private:
    struct node;
    static const node* find(const node& from, std::string_view rest, route_match& into) noexcept;

    std::unique_ptr<node> root_;
};

} // namespace kidevent::http
