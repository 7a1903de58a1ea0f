#pragma once
// Reads a YAML document of an operator (a descriptor, a plan) as a JSON object, and remembers on which line
// each key stands, so that every complaint names file and line.

#include "core/result.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace YAML {
class Node;
struct Mark;
} // namespace YAML

namespace kidevent::cli {

// How scalars are taken: all as text, also what YAML would take for a number; or plain digits as integers.
enum class scalars { text, text_and_integers };

class yaml_object {
public:
    // `name` is the file's, for complaints.
    yaml_object(std::string name, scalars how) : name_(std::move(name)), how_(how) {}

    boost::json::object read(std::string_view yaml);
    // A complaint about a value, at the line of its key.
    void refuse(const field_error& fault);
    // Throws command_error (bad data) with everything that was refused.
    void require_no_errors(const std::string& hint) const;
    bool has_errors() const noexcept { return !errors_.empty(); }

private:
    void refuse_at(int line, const std::string& what);
    void refuse(const YAML::Mark& at, const std::string& what);
    boost::json::object read_map(const YAML::Node& map, const std::string& pointer);
    boost::json::value read_value(const YAML::Node& node, const std::string& pointer);
    boost::json::value read_scalar(const YAML::Node& node) const;

    std::string name_;
    scalars how_;
    std::map<std::string, int, std::less<>> lines_; // by pointer
    std::vector<std::string> errors_;
};

} // namespace kidevent::cli
