#pragma once
// The messages as they were written, before anything is filled in; the definition is generated from
// libkidevent/templates by embed_templates.cmake.

#include <span>
#include <string_view>

namespace kidevent::notifications {

struct template_source {
    std::string_view locale;
    std::string_view name;
    std::string_view subject;
    std::string_view text; // with the footer
    std::string_view html; // with layout and footer; "": the message has none
};

// By locale and name.
std::span<const template_source> template_sources();

} // namespace kidevent::notifications
