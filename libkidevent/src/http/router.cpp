#include "http/router.hpp"

#include <functional>
#include <optional>
#include <stdexcept>

namespace kidevent::http {

struct router::node {
    std::map<std::string, std::unique_ptr<node>, std::less<>> literals;
    std::unique_ptr<node> parameter;
    std::vector<std::pair<std::string, std::size_t>> methods; // few: looked through in order
    std::string allow;

    std::optional<std::size_t> find_method(std::string_view method) const noexcept {
        for (const auto& [known, index] : methods)
            if (known == method) return index;
        return std::nullopt;
    }
};

namespace {

[[noreturn]] void reject(std::string_view pattern, const std::string& what) {
    throw std::logic_error("route " + std::string{pattern} + ": " + what);
}

bool is_parameter(std::string_view segment) noexcept {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Takes the first segment off; `path` begins with '/' before and, unless it ends, after.
std::string_view take_segment(std::string_view& path) noexcept {
    const std::size_t end = path.find('/', 1);
    const std::string_view segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path.remove_prefix(segment.size() + 1);
    return segment;
}

} // namespace

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;

void router::add(std::string_view method, std::string_view pattern, std::size_t index) {
    if (!pattern.starts_with('/')) reject(pattern, "must begin with '/'");
    if (method.empty() || method == "HEAD") reject(pattern, "needs a method other than HEAD");
    node* at = root_.get();
    std::size_t parameters = 0;
    std::string_view rest = pattern == "/" ? std::string_view{} : pattern;
    while (!rest.empty()) {
        const std::string_view segment = take_segment(rest);
        if (segment.empty()) reject(pattern, "has an empty segment");
        if (!is_parameter(segment) && segment.find_first_of("{}%") != std::string_view::npos)
            reject(pattern, "a parameter takes a whole segment: " + std::string{segment});
        if (is_parameter(segment) && ++parameters > parameters_max)
            reject(pattern, "has too many parameters");
        std::unique_ptr<node>& next =
            is_parameter(segment) ? at->parameter : at->literals[std::string{segment}];
        if (!next) next = std::make_unique<node>();
        at = next.get();
    }
    if (at->find_method(method)) reject(pattern, std::string{method} + " is there already");
    at->methods.emplace_back(method, index);
    if (!at->allow.empty()) at->allow += ", ";
    at->allow += method == "GET" ? "GET, HEAD" : method;
}

const router::node* router::find(const node& from, std::string_view rest, route_match& into) noexcept {
    if (rest.empty()) return from.methods.empty() ? nullptr : &from;
    const std::string_view segment = take_segment(rest);
    const auto literal = from.literals.find(segment);
    if (literal != from.literals.end())
        if (const node* found = find(*literal->second, rest, into)) return found;
    if (!from.parameter || segment.empty()) return nullptr;
    const std::size_t position = into.parameters_count;
    into.parameters[into.parameters_count++] = segment;
    if (const node* found = find(*from.parameter, rest, into)) return found;
    into.parameters_count = position;
    return nullptr;
}

route_match router::match(std::string_view method, std::string_view path) const noexcept {
    route_match out;
    if (!path.starts_with('/')) return out;
    const node* found = find(*root_, path == "/" ? std::string_view{} : path, out);
    if (!found) return out;
    if (const auto index = found->find_method(method)) {
        out.is = route_match::outcome::found;
        out.index = *index;
    } else {
        out.is = route_match::outcome::method_not_allowed;
        out.allow = found->allow;
    }
    return out;
}

} // namespace kidevent::http
