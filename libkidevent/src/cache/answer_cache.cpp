#include "cache/answer_cache.hpp"

#include <charconv>

namespace kidevent::cache {

namespace {

std::size_t size_of(const response& of) {
    std::size_t bytes = sizeof(response) + of.text().size();
    for (const header& each : of.headers)
        bytes += sizeof(header) + each.name.size() + each.value.size();
    return bytes;
}

loaded to_loaded(response from, std::chrono::milliseconds ttl) {
    const std::size_t bytes = size_of(from);
    return {std::make_shared<const response>(std::move(from)), bytes, ttl};
}

std::optional<std::string_view> take_line(std::string_view& from) {
    const auto end = from.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = from.substr(0, end);
    from.remove_prefix(end + 1);
    return line;
}

} // namespace

std::string write_answer(const response& of) {
    std::string text = std::to_string(of.status) + '\n';
    for (const header& each : of.headers)
        text += each.name + ": " + each.value + '\n';
    text += '\n';
    text += of.text();
    return text;
}

std::optional<response> read_answer(std::string_view text) {
    const auto status = take_line(text);
    if (!status) return std::nullopt;
    response read;
    const auto [end, failure] = std::from_chars(status->data(), status->data() + status->size(), read.status);
    if (failure != std::errc{} || end != status->data() + status->size() || read.status != 200)
        return std::nullopt;
    for (;;) {
        const auto line = take_line(text);
        if (!line) return std::nullopt;
        if (line->empty()) break;
        const auto colon = line->find(": ");
        if (colon == std::string_view::npos) return std::nullopt;
        read.headers.push_back({std::string{line->substr(0, colon)}, std::string{line->substr(colon + 2)}});
    }
    read.body = std::string{text};
    return read;
}

task<std::shared_ptr<const response>> answer_cache::load(std::string key, topics depends_on,
                                                         task<fresh_answer> loader) {
    auto loading = memory_.load(key, depends_on, load_through(key, depends_on, std::move(loader)));
    const loaded got = co_await loading;
    if (got.is_empty()) co_return nullptr;
    co_return got.as<response>();
}

task<loaded> answer_cache::load_through(std::string key, topics depends_on, task<fresh_answer> loader) {
    redis_cache::found second;
    const auto began = std::chrono::steady_clock::now();
    if (memory_.is_on()) {
        auto finding = second_.find(key, depends_on);
        second = co_await finding;
    }
    if (second.value)
        if (auto read = read_answer(*second.value)) co_return to_loaded(std::move(*read), second.ttl);
    fresh_answer fresh = co_await loader;
    if (!fresh.made) co_return loaded{};
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    second_.store(key, second.tokens, write_answer(*fresh.made), fresh.ttl - took);
    co_return to_loaded(std::move(*fresh.made), fresh.ttl);
}

} // namespace kidevent::cache
