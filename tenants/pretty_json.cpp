#include "pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace kidevent::cli {
namespace {

void append(std::string& out, const boost::json::value& value, std::size_t depth);

void append_line_start(std::string& out, bool is_first, std::size_t depth) {
    if (!is_first) out += ',';
    out += '\n';
    out.append(2 * depth, ' ');
}

void append_object(std::string& out, const boost::json::object& object, std::size_t depth) {
    out += '{';
    for (auto member = object.begin(); member != object.end(); ++member) {
        append_line_start(out, member == object.begin(), depth + 1);
        out += boost::json::serialize(member->key()) + ": ";
        append(out, member->value(), depth + 1);
    }
    out += '\n';
    out.append(2 * depth, ' ');
    out += '}';
}

void append_array(std::string& out, const boost::json::array& array, std::size_t depth) {
    const bool is_flat = std::none_of(array.begin(), array.end(),
                                      [](const auto& each) { return each.is_object() || each.is_array(); });
    out += '[';
    for (auto item = array.begin(); item != array.end(); ++item) {
        if (!is_flat)
            append_line_start(out, item == array.begin(), depth + 1);
        else if (item != array.begin())
            out += ", ";
        append(out, *item, depth + 1);
    }
    if (!is_flat) {
        out += '\n';
        out.append(2 * depth, ' ');
    }
    out += ']';
}

void append(std::string& out, const boost::json::value& value, std::size_t depth) {
    const auto* const object = value.if_object();
    const auto* const array = value.if_array();
    if (object != nullptr && !object->empty())
        append_object(out, *object, depth);
    else if (array != nullptr && !array->empty())
        append_array(out, *array, depth);
    else
        out += boost::json::serialize(value);
}

} // namespace

std::string pretty_json(const boost::json::value& value) {
    std::string out;
    append(out, value, 0);
    out += '\n';
    return out;
}

} // namespace kidevent::cli
