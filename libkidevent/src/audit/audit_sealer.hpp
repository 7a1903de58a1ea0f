#pragma once
// Puts entries of the audit log into their organisation's chain, some moments after they were written: the
// transactions that write them wait for no lock and for nobody. Signs the chain's head with a key that
// PostgreSQL does not have, and removes what is older than the retention. Any number of processes may run
// one: a chain is sealed by one at a time. Started by the processes that do background work.

#include "crypto/ed25519.hpp"
#include "db/jobs_transaction.hpp"
#include "outbox/paced_loop.hpp"
#include "telemetry/metrics.hpp"

#include <kidevent/settings.hpp>

#include <functional>
#include <optional>

namespace kidevent::audit {

// Where sealing stands; for tests that stop a process there.
enum class seal_step { sealing, sealed, signed_heads, committed };

class audit_sealer {
public:
    // All must outlive it.
    audit_sealer(boost::asio::io_context& loop, db::database& with, const audit_settings& settings,
                 telemetry::metrics& counts);

    void start();
    // Ends after the step in hand; is_idle() turns true then.
    void stop();
    bool is_idle() const noexcept { return sealing_.is_idle() && pruning_.is_idle() && measuring_.is_idle(); }

    // One step each: what the loops of start() repeat. True: there may be more.
    task<bool> seal();
    task<bool> prune();
    // Also when sealing fails: what waits is then seen to grow old.
    task<bool> measure();

    std::function<void(seal_step)> on_step;

private:
    void sign(db::jobs_transaction& in, const db::result_set& heads) const;
    void report(seal_step reached) const {
        if (on_step) on_step(reached);
    }

    db::database& database_;
    const audit_settings& settings_;
    telemetry::metrics& counts_;
    std::optional<crypto::signing_key> key_; // none: heads are not signed
    outbox::paced_loop sealing_;
    outbox::paced_loop pruning_;
    outbox::paced_loop measuring_;
};

} // namespace kidevent::audit
