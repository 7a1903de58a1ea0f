#pragma once
// Two tenants that write entries, and sealers. For the tests of the audit log.

#include "audit/audit_log.hpp"
#include "audit/audit_reader.hpp"
#include "audit/audit_sealer.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace kidevent::tests {

class audited_tenants : public two_tenants {
public:
    audited_tenants() {
        keeping.signing_keys = {std::string(32, 's')};
        superuser.execute("delete from platform.audit_entries; delete from platform.audit_chains;"
                          " delete from platform.audit_denied");
    }

    static task<> write(db::database& with, tenant_handle at, int how_many, bool commit) {
        auto beginning = db::tenant_transaction::begin(with, at);
        auto transaction = co_await beginning;
        for (int i = 0; i < how_many; ++i)
            audit::add_entry(transaction, actor::of_system(), audit::action::event_created,
                             audit::subject_of("events", make_uuid()), {{"number", i}});
        if (commit)
            co_await transaction.commit();
        else
            co_await transaction.rollback();
    }
    void write(open_database& through, const std::string& slug, int how_many, bool commit = true) {
        through.run(write(through.database, through.handle_of(slug), how_many, commit));
    }
    // Until nothing waits.
    void seal(open_database& through) {
        audit::audit_sealer sealer{through.loop.loop(), through.database, keeping, counts};
        while (through.run(sealer.seal())) {
        }
    }
    void prune(open_database& through) {
        audit::audit_sealer sealer{through.loop.loop(), through.database, keeping, counts};
        while (through.run(sealer.prune())) {
        }
    }

    audit::listed_chain chain_of(open_database& through, const seeded_tenant& of) {
        for (auto& each : through.run(audit::list_chains(through.database)))
            if (to_string(each.head.of.value) == of.id) return each;
        throw std::runtime_error("there is no chain of " + of.slug);
    }
    audit::chain_verdict verify(open_database& through, const seeded_tenant& of) {
        std::vector<crypto::signing_key> keys;
        for (const std::string& each : keeping.signing_keys)
            keys.push_back(audit::head_key(each));
        const auto head = chain_of(through, of).head;
        return through.run(audit::verify_chain(through.database, head, std::span{keys}));
    }
    // "" when the chain is whole, else as in "altered at 3".
    std::string verdict_of(open_database& through, const seeded_tenant& of) {
        const auto found = verify(through, of);
        if (!found.broken) return "";
        return std::string{audit::to_text(found.broken->is)} + " at "
               + std::to_string(found.broken->sequence);
    }
    std::string count(const std::string& condition = "true") {
        return superuser.value("select count(*) from platform.audit_entries where " + condition);
    }

    audit_settings keeping;
    telemetry::metrics counts{nullptr, 0};
};

} // namespace kidevent::tests
