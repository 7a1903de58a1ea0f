#include "config/settings_reference.hpp"

namespace kidevent::config {
namespace {

constexpr std::string_view introduction = R"(# Settings

This file is written by `kidevent config reference`; a test compares the two.

Settings come from, later ones winning: the defaults, the YAML file (`--config FILE`, else
`KIDEVENT_CONFIG`, else `/etc/kidevent/kidevent.yaml`), and the environment. The variable of `db.host`
is `KIDEVENT_DB__HOST`; a secret can also be read from a file,
`KIDEVENT_DB__APP_PASSWORD_FILE=/run/secrets/app` (one final line break is removed).
`kidevent config check` checks them, `kidevent config show --origin` prints each value and where it
came from.

```yaml
db:
  host: /run/postgresql
  statement_timeout: 5s
http:
  base_domain: kidevent.example
fastcgi:
  pools:
    - name: web
      processes: 4
      services: [all]
    - name: jobs
      processes: 1
      services: [jobs]
```

Nothing is guessed: an unknown key or variable, a duplicate key, a value of the wrong type or out of
its range refuses the start (exit code 78) with the file, the line and the closest known key. Durations
need a unit: `ms`, `s`, `m`, `h` or `d`. Sizes are `B`, `KiB`, `MiB` or `GiB`; a bare number is bytes.
)";

constexpr std::string_view pools_introduction = R"(
### The items of fastcgi.pools

In the environment the list is written as YAML: `KIDEVENT_FASTCGI__POOLS='[{name: web, processes: 4}]'`.

)";

constexpr std::string_view table_head = "| Key | Type | Range | Default | Meaning |\n|---|---|---|---|---|\n";

std::string default_of(value_pointer of, const value_rule& rule, needs required_for) {
    if (required_for == needs::serving) return "required";
    if (required_for == needs::migrating) return "required to migrate";
    const auto text = format_value(of, rule);
    return text.empty() ? "empty" : "`" + text + "`";
}

std::string cell(std::string_view text) { return " " + std::string(text) + " |"; }

} // namespace

std::vector<printed_setting> list_settings(const loaded_settings& loaded) {
    settings values = loaded.values; // the table points into settings that may be written to
    std::vector<printed_setting> printed;
    for (const auto& row : setting_table()) {
        const std::string key(row.key);
        printed.push_back(
            {key, format_value(row.at(values), row.rule), loaded.origins.at(key), row.rule.secret});
    }
    return printed;
}

std::string settings_reference() {
    settings defaults;
    std::string text(introduction);
    std::string_view section;
    for (const auto& row : setting_table()) {
        if (section != section_of(row.key)) {
            section = section_of(row.key);
            text += "\n## " + std::string(section) + "\n\n" + std::string(table_head);
        }
        const auto place = row.at(defaults);
        text += "|" + cell("`" + std::string(row.key) + "`") + cell(type_name(place, row.rule))
                + cell(format_range(place, row.rule)) + cell(default_of(place, row.rule, row.required_for))
                + cell(row.meaning) + "\n";
        if (row.key != "fastcgi.pools") continue;
        text += std::string(pools_introduction) + std::string(table_head);
        pool_settings pool;
        for (const auto& inner : pool_setting_table()) {
            const auto at = inner.at(pool);
            text += "|" + cell("`" + std::string(inner.key) + "`") + cell(type_name(at, inner.rule))
                    + cell(format_range(at, inner.rule)) + cell(default_of(at, inner.rule, needs::nothing))
                    + cell(inner.meaning) + "\n";
        }
    }
    return text;
}

} // namespace kidevent::config
