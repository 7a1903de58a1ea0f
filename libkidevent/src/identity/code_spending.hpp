#pragma once
// Taking a code of a second factor: accounts and platform admins do it alike, in rows and logs of their own.
// Private to second_factor_service.cpp and admin_factors.cpp. A `Factor` has
//
//   transaction               what its rows are reached through
//   account_id of             whose it is
//   place()                   where its secret is sealed for; valid as long as the factor
//   note(transaction, action) an entry of the audit log

#include "audit/action_table.hpp"
#include "core/task.hpp"
#include "identity/admin_repository.hpp"
#include "identity/second_factor.hpp"
#include "identity/second_factor_repository.hpp"

namespace kidevent::identity {

// What codes are compared with.
struct code_rules {
    const identity_settings& settings;
    const crypto::envelope& sealing;
    timestamp now;
};

// Takes a code of the authenticator, or a recovery code, and leaves the transaction open; or writes the
// failure down, ends the transaction and says `wrong`.
template<class Factor>
task<result<>> spend_code(typename Factor::transaction& in, const code_rules rules, const Factor whose,
                          const stored_factor stored, std::string code, refusal wrong) {
    if (stored.blocked_for.count() > 0) {
        co_await in.rollback();
        co_return too_early(stored.blocked_for);
    }
    const auto step =
        match_code(rules.sealing, whose.place(), stored.sealed_secret, code, rules.now, stored.last_step);
    if (step) {
        add_take_step(in, whose.of, *step);
        co_return result<>{};
    }
    if (const auto hash = recovery_code_hash(code, to_string(whose.of.value)); hash && stored.is_confirmed) {
        const auto used = add_use_recovery_code(in, whose.of, *hash);
        co_await in.run();
        if (!used.rows().empty()) {
            add_forget_failures(in, whose.of);
            whose.note(in, audit::action::recovery_code_used);
            co_return result<>{};
        }
    }
    add_note_failure(in, whose.of, delay_after(stored.failures + 1, rules.settings));
    whose.note(in, audit::action::second_factor_failed);
    co_await in.commit();
    co_return wrong;
}

// At a sign-in. Without a confirmed factor nothing is asked for. Ends the transaction.
template<class Factor>
task<result<>> check_code(typename Factor::transaction& in, const code_rules rules, Factor whose,
                          std::string code) {
    const auto found = add_lock_factor(in, whose.of);
    co_await in.run();
    auto stored = read_factor(found.rows());
    if (!stored || !stored->is_confirmed || code.empty()) {
        co_await in.rollback();
        if (stored && stored->is_confirmed) co_return refuse(errc::second_factor_required);
        co_return result<>{};
    }
    auto spending = spend_code(in, rules, std::move(whose), std::move(*stored), std::move(code),
                               refuse(errc::sign_in_failed));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    co_await in.commit();
    co_return result<>{};
}

// Of whoever is signed in, and of a factor that is confirmed or waits to be. Leaves the transaction open when
// the code was right.
template<class Factor>
task<result<>> spend_own_code(typename Factor::transaction& in, const code_rules rules, Factor whose,
                              bool confirmed, std::string code) {
    const auto found = add_lock_factor(in, whose.of);
    co_await in.run();
    auto stored = read_factor(found.rows());
    if (!stored || stored->is_confirmed != confirmed) {
        co_await in.rollback();
        co_return refuse(stored && stored->is_confirmed ? errc::second_factor_enrolled : errc::not_found);
    }
    auto spending =
        spend_code(in, rules, std::move(whose), std::move(*stored), std::move(code), wrong_code());
    auto spent = co_await spending;
    co_return spent;
}

} // namespace kidevent::identity
