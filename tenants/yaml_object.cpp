#include "yaml_object.hpp"

#include "command_error.hpp"
#include "refused.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace kidevent::cli {

namespace {

constexpr int depth_max = 4; // nothing that such a document can hold is deeper
constexpr std::size_t digits_max = 15;

bool are_digits(const std::string& text) {
    return !text.empty() && text.size() <= digits_max
           && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

boost::json::object yaml_object::read(std::string_view yaml) {
    try {
        const auto documents = YAML::LoadAll(std::string{yaml});
        if (documents.size() > 1)
            refuse(documents[1].Mark(), "a second document (---) is not read; use a file for each");
        else if (documents.empty() || !documents.front().IsMap())
            refuse(YAML::Mark{}, "must be a map that begins with slug: and name:");
        else
            return read_map(documents.front(), "");
    } catch (const YAML::Exception& failure) {
        refuse(failure.mark, "not valid YAML: " + failure.msg);
    }
    return {};
}

void yaml_object::refuse(const field_error& fault) {
    const auto found = lines_.find(fault.pointer);
    refuse_at(found == lines_.end() ? 1 : found->second, line_of(fault));
}

void yaml_object::require_no_errors(const std::string& hint) const {
    if (has_errors()) throw command_error{exit_code::bad_data, errors_, hint};
}

void yaml_object::refuse_at(int line, const std::string& what) {
    errors_.push_back(name_ + ":" + std::to_string(line) + ": " + what);
}

void yaml_object::refuse(const YAML::Mark& at, const std::string& what) { refuse_at(at.line + 1, what); }

boost::json::object yaml_object::read_map(const YAML::Node& map, const std::string& pointer) {
    boost::json::object read;
    for (const auto& entry : map) {
        if (!entry.first.IsScalar()) {
            refuse(entry.first.Mark(), "a key must be a text");
            continue;
        }
        const std::string& key = entry.first.Scalar();
        const std::string inner = pointer + "/" + key;
        const auto [line, is_new] = lines_.emplace(inner, entry.first.Mark().line + 1);
        if (is_new)
            read[key] = read_value(entry.second, inner);
        else
            refuse(entry.first.Mark(),
                   key + ": duplicate key, first seen on line " + std::to_string(line->second));
    }
    return read;
}

boost::json::value yaml_object::read_value(const YAML::Node& node, const std::string& pointer) {
    if (std::count(pointer.begin(), pointer.end(), '/') > depth_max) return nullptr;
    if (node.IsScalar()) return read_scalar(node);
    if (node.IsMap()) return read_map(node, pointer);
    if (!node.IsSequence()) return nullptr;
    boost::json::array read;
    for (const auto& each : node)
        read.push_back(read_value(each, pointer + "/" + std::to_string(read.size())));
    return read;
}

boost::json::value yaml_object::read_scalar(const YAML::Node& node) const {
    const bool is_quoted = node.Tag() == "!";
    if (how_ == scalars::text_and_integers && !is_quoted && are_digits(node.Scalar()))
        return std::stoll(node.Scalar());
    return boost::json::string{node.Scalar()};
}

} // namespace kidevent::cli
