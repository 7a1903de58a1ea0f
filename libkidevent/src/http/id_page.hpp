#pragma once
// One page of a list that is ordered by the ids of its rows: reads what was asked for, and writes the answer.

#include "http/answer.hpp"
#include "http/request_context.hpp"

#include <string>
#include <vector>

namespace kidevent::http {

template<class Id> class id_page {
public:
    // Takes `limit` and `cursor` from the query; the endpoint checks the parameters' names. `filter` is what
    // else makes the list: a cursor is good for one list only. `context` must outlive the page. Errors:
    // invalid_fields, invalid_cursor.
    static result<id_page> read(const request_context& context, const tenant_id& tenant, std::string filter) {
        const auto limit = page_limit(context.query);
        if (!limit) return limit.error();
        id_page page{context, to_string(tenant.value), std::move(filter), *limit};
        if (const auto cursor = context.query.find("cursor")) {
            const auto parts = context.parts.cursors.decode(page.scope(), *cursor);
            if (!parts) return parts.error();
            page.after_ = Id{*parse_uuid(parts->front())};
        }
        return page;
    }

    // The id after which the page begins; none on the first.
    const std::optional<Id>& after() const noexcept { return after_; }
    // What to ask the database for: one row more than the page holds tells whether there is another page.
    int rows_wanted() const noexcept { return limit_ + 1; }

    // `listed` are the rows found, at most rows_wanted(); `write` writes one of them.
    template<class Row, class Write, class IdOf>
    response answer(std::vector<Row> listed, Write write, IdOf id_of) const {
        std::string next;
        if (std::ssize(listed) > limit_) {
            listed.pop_back();
            next = context_->parts.cursors.encode(scope(), {to_string(id_of(listed.back()).value)});
        }
        std::string text;
        json_writer out{text};
        out.begin_object().key("data").begin_array();
        for (const Row& each : listed)
            write(out, each);
        out.end_array();
        write_page(out, limit_, next);
        out.end_object();
        return json_response(200, std::move(text));
    }

private:
    id_page(const request_context& context, std::string tenant, std::string filter, int limit)
        : context_(&context), tenant_(std::move(tenant)), filter_(std::move(filter)), limit_(limit) {}
    cursor_scope scope() const { return {tenant_, context_->operation, filter_}; }

    const request_context* context_;
    std::string tenant_;
    std::string filter_;
    int limit_;
    std::optional<Id> after_;
};

} // namespace kidevent::http
