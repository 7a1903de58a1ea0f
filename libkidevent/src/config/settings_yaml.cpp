#include "config/settings_yaml.hpp"

#include "config/nearest.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <span>
#include <utility>

namespace kidevent::config {
namespace {

const char* kind_of(const YAML::Node& node) {
    if (node.IsMap()) return "a map";
    if (node.IsSequence()) return "a list";
    return node.IsScalar() ? "a single value" : "nothing";
}

std::vector<std::string_view> known_sections() {
    std::vector<std::string_view> sections;
    for (const auto& row : setting_table()) {
        if (sections.empty() || sections.back() != section_of(row.key))
            sections.push_back(section_of(row.key));
    }
    return sections;
}

template<class Row> std::vector<std::string_view> known_keys(std::span<const Row> rows) {
    std::vector<std::string_view> keys;
    for (const auto& row : rows)
        keys.push_back(row.key);
    return keys;
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

// Also finds a key that was written under the wrong section.
std::optional<std::string_view> find_nearest_key(std::string_view key) {
    for (const auto& row : setting_table()) {
        if (last_part(row.key) == last_part(key)) return row.key;
    }
    return find_nearest(key, known_keys(setting_table()));
}

std::string unknown(std::string_view what, std::string_view name, std::optional<std::string_view> nearest) {
    std::string problem = std::string(name) + ": unknown " + std::string(what);
    if (nearest) problem += "; did you mean " + std::string(*nearest) + "?";
    return problem;
}

// Walks one document. yaml-cpp keeps duplicate keys apart while iterating, which is how they are found.
class yaml_reader {
public:
    yaml_reader(settings_draft& draft, std::string_view name) : draft_(draft), name_(name) {}

    void read_document(const YAML::Node& root) {
        if (!root.IsMap()) {
            draft_.refuse(at(root), std::string("must be a map of sections, found ") + kind_of(root));
            return;
        }
        std::map<std::string, int> seen;
        for (const auto& entry : root) {
            const auto section = take_key(entry.first, "", seen);
            if (section) read_section(*section, entry.first, entry.second);
        }
    }

    bool read_pools(const setting& row, const YAML::Node& node) {
        const auto problems_before = draft_.problems.size();
        if (!node.IsSequence()) {
            draft_.refuse(at(node),
                          std::string(row.key) + ": must be a list of pools, found " + kind_of(node));
            return false;
        }
        std::vector<pool_settings> pools;
        for (const auto& item : node) {
            pools.push_back(read_pool(item, std::string(row.key) + "[" + std::to_string(pools.size()) + "]"));
        }
        check_pools(row, node, pools);
        if (draft_.problems.size() != problems_before) return false;
        *std::get<std::vector<pool_settings>*>(row.at(draft_.loaded.values)) = std::move(pools);
        return true;
    }

private:
    std::string at(const YAML::Node& node) const {
        return std::string(name_) + ":" + std::to_string(node.Mark().line + 1);
    }

    // The text of the key, or std::nullopt when it is no text or was there before.
    std::optional<std::string> take_key(const YAML::Node& key, const std::string& prefix,
                                        std::map<std::string, int>& seen) {
        if (!key.IsScalar()) {
            draft_.refuse(at(key), std::string("a key must be a text, found ") + kind_of(key));
            return std::nullopt;
        }
        const auto [first, is_new] = seen.emplace(key.Scalar(), key.Mark().line + 1);
        if (is_new) return key.Scalar();
        draft_.refuse(at(key), prefix + key.Scalar() + ": duplicate key, first seen on line "
                                   + std::to_string(first->second));
        return std::nullopt;
    }

    void read_section(const std::string& section, const YAML::Node& key, const YAML::Node& node) {
        const auto sections = known_sections();
        bool known = false;
        for (const auto candidate : sections)
            known = known || candidate == section;
        if (!known) {
            const auto nearest = section.find('.') == std::string::npos ? find_nearest(section, sections)
                                                                        : find_nearest_key(section);
            draft_.refuse(at(key), unknown("section", section, nearest));
            return;
        }
        if (node.IsNull()) return; // a section whose lines are all commented out
        if (!node.IsMap()) {
            draft_.refuse(at(node), section + ": must be a map of settings, found " + kind_of(node));
            return;
        }
        std::map<std::string, int> seen;
        for (const auto& entry : node) {
            const auto name = take_key(entry.first, section + ".", seen);
            if (name) read_setting(section + "." + *name, entry.first, entry.second);
        }
    }

    void read_setting(const std::string& full_key, const YAML::Node& key, const YAML::Node& node) {
        const setting* const row = find_setting(full_key);
        if (row == nullptr) {
            draft_.refuse(at(key), unknown("key", full_key, find_nearest_key(full_key)));
            return;
        }
        const auto place = row->at(draft_.loaded.values);
        const bool pools = std::holds_alternative<std::vector<pool_settings>*>(place);
        const bool stored =
            pools ? read_pools(*row, node) : read_value(place, row->rule, full_key, key, node);
        if (stored) draft_.loaded.origins[full_key] = at(key);
    }

    // An empty value is reported at its key: yaml-cpp places it on the line that follows.
    bool read_value(value_pointer place, const value_rule& rule, const std::string& full_key,
                    const YAML::Node& key, const YAML::Node& node) {
        std::optional<std::string> problem;
        if (auto* const list = std::get_if<std::vector<std::string>*>(&place)) {
            problem = read_list(**list, rule, node);
        } else if (node.IsScalar()) {
            problem = assign_value(place, rule, node.Scalar());
        } else {
            problem = "must be a single value (" + std::string(type_name(place, rule)) + "), found "
                      + kind_of(node);
        }
        if (problem) draft_.refuse(at(node.IsNull() ? key : node), full_key + ": " + *problem);
        return !problem;
    }

    static std::optional<std::string> read_list(std::vector<std::string>& to, const value_rule& rule,
                                                const YAML::Node& node) {
        if (!node.IsSequence()) return std::string("must be a list, found ") + kind_of(node);
        std::vector<std::string> items;
        for (const auto& item : node) {
            if (!item.IsScalar()) return std::string("its items must be texts, found ") + kind_of(item);
            items.push_back(item.Scalar());
        }
        return assign_list(to, rule, std::move(items));
    }

    pool_settings read_pool(const YAML::Node& node, const std::string& prefix) {
        pool_settings pool;
        if (!node.IsMap()) {
            draft_.refuse(at(node), prefix + ": must be a map with name, processes and services, found "
                                        + kind_of(node));
            return pool;
        }
        std::map<std::string, int> seen;
        for (const auto& entry : node) {
            const auto name = take_key(entry.first, prefix + ".", seen);
            if (name) read_pool_setting(pool, *name, prefix, entry.first, entry.second);
        }
        return pool;
    }

    void read_pool_setting(pool_settings& pool, const std::string& name, const std::string& prefix,
                           const YAML::Node& key, const YAML::Node& node) {
        for (const auto& row : pool_setting_table()) {
            if (row.key != name) continue;
            read_value(row.at(pool), row.rule, prefix + "." + name, key, node);
            return;
        }
        const auto nearest = find_nearest(name, known_keys(pool_setting_table()));
        draft_.refuse(at(key), unknown("key", prefix + "." + name, nearest));
    }

    void check_pools(const setting& row, const YAML::Node& node, const std::vector<pool_settings>& pools) {
        const auto count = static_cast<std::int64_t>(pools.size());
        if (count < row.rule.min || count > row.rule.max) {
            draft_.refuse(at(node), std::string(row.key) + ": must have "
                                        + format_range(row.at(draft_.loaded.values), row.rule) + ", found "
                                        + std::to_string(count));
        }
        std::set<std::string> names;
        for (const auto& pool : pools) {
            if (names.insert(pool.name).second) continue;
            draft_.refuse(at(node), std::string(row.key) + ": two pools have the name " + pool.name);
        }
    }

    settings_draft& draft_;
    std::string_view name_;
};

// The single document of the text; std::nullopt with a problem recorded when there is none to read.
std::optional<YAML::Node> parse(settings_draft& draft, std::string_view yaml, std::string_view name) {
    try {
        const auto documents = YAML::LoadAll(std::string(yaml));
        if (documents.size() > 1) {
            const auto line = std::to_string(documents[1].Mark().line + 1);
            draft.refuse(std::string(name) + ":" + line, "a second document (---) is not read; join them");
            return std::nullopt;
        }
        if (documents.empty() || documents.front().IsNull()) return std::nullopt;
        return documents.front();
    } catch (const YAML::Exception& failure) {
        const auto line = std::to_string(failure.mark.line + 1);
        draft.refuse(std::string(name) + ":" + line, "not valid YAML: " + failure.msg);
        return std::nullopt;
    }
}

} // namespace

void apply_yaml(settings_draft& draft, std::string_view yaml, std::string_view name) {
    if (const auto root = parse(draft, yaml, name)) yaml_reader(draft, name).read_document(*root);
}

bool apply_pools(settings_draft& draft, const setting& row, std::string_view yaml, std::string_view name) {
    const auto problems_before = draft.problems.size();
    const auto root = parse(draft, yaml, name);
    if (root) return yaml_reader(draft, name).read_pools(row, *root);
    if (draft.problems.size() == problems_before) {
        draft.refuse(name, std::string(row.key) + ": must be a list of pools, found nothing");
    }
    return false;
}

} // namespace kidevent::config
