#include "permissions_reference.hpp"

#include "routes.hpp"

namespace kidevent {

namespace {

constexpr std::string_view introduction = R"(# Permissions

This file is written by `kidevent permissions`; a test compares the two.

Every route of the API asks for one permission, or is open to everyone, to every account (for what is its own) or to every
login. Who is not in this table may not: a route without a rule does not compile, and a test asks every route as everybody.

- A **guardian** acts for the own household and sees no other.
- **Staff** runs events, a **manager** the organisation besides: all that an owner may, without owners themselves, sign-in by
  providers, API keys, the rules of security, support access and the audit log.
- **Limited** staff works on given events. What they may see of others without being signed in (a published event) is refused with
  403; what they may not see (a draft, a registration, an id that does not exist) with 404, the same for all three.
  Lists leave other events out, and streams are silent about them. What belongs to no event is not for them.
- **Support** is a platform admin inside an organisation for a limited time: it reads, and each request is in the audit log.
- An **API key** may carry the permissions marked so, and has at most what its maker has. It is no account and no login.

)";

constexpr role roles[] = {role::guardian, role::staff,   role::manager,
                          role::owner,    role::support, role::platform_admin};

std::string routes_of(permission what) {
    std::string cell;
    for (const route& each : all_routes()) {
        if (each.who.needed() != what) continue;
        cell += (cell.empty() ? "`" : ", `") + std::string{each.operation} + "`";
    }
    return cell;
}

std::string staff_cell(const permission_row& of) {
    if (!of.roles.has(role::staff)) return "";
    return of.limited == limited_staff::own_events ? "own events" : "no";
}

void append_table(std::string& text) {
    text += "| Permission | Guardian | Staff | Limited | Manager | Owner | Support | Admin | API key | "
            "Meaning |\n"
            "|---|---|---|---|---|---|---|---|---|---|\n";
    for (const permission_row& each : all_permissions()) {
        text += "| `" + std::string{each.text} + "` |";
        for (const role who : roles) {
            text += each.roles.has(who) ? " yes |" : " |";
            if (who == role::staff) text += " " + staff_cell(each) + (staff_cell(each).empty() ? "|" : " |");
        }
        text += each.for_api_keys ? " yes |" : " |";
        text += " " + std::string{each.meaning} + " |\n";
    }
}

void append_operations(std::string& text) {
    text += "\n## Operations\n\n| Permission | Operations |\n|---|---|\n";
    for (const permission_row& each : all_permissions())
        text += "| `" + std::string{each.text} + "` | " + routes_of(each.what) + " |\n";
    for (const access& open : {access::everyone, access::account, access::login}) {
        std::string cell;
        for (const route& each : all_routes())
            if (each.who == open) cell += (cell.empty() ? "`" : ", `") + std::string{each.operation} + "`";
        text += "| " + std::string{to_text(open)} + " | " + cell + " |\n";
    }
}

} // namespace

std::string permissions_reference() {
    std::string text{introduction};
    append_table(text);
    append_operations(text);
    return text;
}

} // namespace kidevent
