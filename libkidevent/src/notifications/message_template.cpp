#include "notifications/message_template.hpp"

#include "http/ascii.hpp"
#include "http/text_format.hpp"
#include "notifications/template_sources.hpp"

#include <kainjow/mustache.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>

namespace kidevent::notifications {

namespace {

namespace mustache = kainjow::mustache;
namespace json = boost::json;

constexpr std::string_view default_locale = "en";
// Dark enough to be seen on white.
constexpr std::string_view default_colour = "#1f4e79";

// Escaping for HTML does not keep a value inside a style attribute or a link harmless: these must be what
// they are called.
bool is_colour(std::string_view text) {
    return text.size() == 7 && text.starts_with('#')
           && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

bool is_harmless(std::string_view key, std::string_view value) {
    if (key == "colour") return is_colour(value);
    if (key.ends_with("_url")) return http::is_http_url(value);
    return true;
}

mustache::data data_of(std::string_view key, const json::value& value);

mustache::data data_of(const json::object& values) {
    mustache::data made{mustache::data::type::object};
    for (const auto& [key, value] : values)
        made.set(std::string{key}, data_of(key, value));
    return made;
}

mustache::data data_of(std::string_view key, const json::value& value) {
    const mustache::data nothing{mustache::data::type::bool_false};
    if (const auto* const object = value.if_object()) return data_of(*object);
    if (const auto* const array = value.if_array()) {
        mustache::data list{mustache::data::type::list};
        for (const auto& each : *array)
            list.push_back(data_of(key, each));
        return list;
    }
    if (const auto* const text = value.if_string()) {
        // An empty text is nothing, for a section that is there for it.
        if (text->empty() || !is_harmless(key, *text)) return nothing;
        return mustache::data{std::string{*text}};
    }
    if (value.is_null()) return nothing;
    if (const auto* const is_so = value.if_bool())
        return *is_so ? mustache::data{mustache::data::type::bool_true} : nothing;
    return mustache::data{json::serialize(value)};
}

enum class escaping { none, html };

std::string fill_in(std::string_view source, const mustache::data& values, escaping how) {
    mustache::mustache parsed{std::string{source}};
    if (how == escaping::none) parsed.set_custom_escape([](const std::string& text) { return text; });
    std::string made = parsed.render(values);
    if (!parsed.is_valid()) throw std::logic_error("a template is broken: " + parsed.error_message());
    return made;
}

// The last line break of the file goes, those of values become spaces, and so does what no subject holds.
std::string one_line(std::string text) {
    while (text.ends_with('\n'))
        text.pop_back();
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    return text;
}

const template_source& find_source(std::string_view name, std::string_view locale) {
    for (const std::string_view each : {best_locale(locale), default_locale})
        for (const auto& source : template_sources())
            if (source.name == name && source.locale == each) return source;
    throw std::logic_error("there is no message called " + std::string{name});
}

} // namespace

rendered_message render(std::string_view name, std::string_view locale, const json::object& values) {
    const template_source& source = find_source(name, locale);
    mustache::data filled = data_of(values);
    const auto* const colour = filled.get("colour");
    if (colour == nullptr || !colour->is_string()) filled.set("colour", std::string{default_colour});
    filled.set("language", std::string{source.locale});
    rendered_message made;
    made.subject = one_line(fill_in(source.subject, filled, escaping::none));
    made.text = fill_in(source.text, filled, escaping::none);
    filled.set("subject", made.subject);
    if (!source.html.empty()) made.html = fill_in(source.html, filled, escaping::html);
    return made;
}

std::string_view best_locale(std::string_view wanted) {
    while (!wanted.empty()) {
        for (const std::string_view each : template_locales())
            if (http::equal_ignoring_case(each, wanted)) return each;
        const auto cut = wanted.find_last_of("-_");
        wanted = wanted.substr(0, cut == std::string_view::npos ? 0 : cut);
    }
    return default_locale;
}

std::span<const std::string_view> template_names() {
    static const auto names = [] {
        std::vector<std::string_view> found;
        for (const auto& each : template_sources())
            if (each.locale == default_locale) found.push_back(each.name);
        return found;
    }();
    return names;
}

std::span<const std::string_view> template_locales() {
    static const auto locales = [] {
        std::vector<std::string_view> found{default_locale};
        for (const auto& each : template_sources())
            if (std::find(found.begin(), found.end(), each.locale) == found.end())
                found.push_back(each.locale);
        return found;
    }();
    return locales;
}

} // namespace kidevent::notifications
