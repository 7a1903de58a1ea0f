#pragma once
// Every field that is sealed at rest, for the change of the key that seals: fields of older keys are opened
// and sealed again. Called by `kidevent keys reseal`.

#include "core/task.hpp"
#include "crypto/envelope.hpp"
#include "tenancy/tenant_resolver.hpp"

namespace kidevent::db {
class database;
}

namespace kidevent::identity {

struct resealed {
    int done = 0;     // sealed again
    int current = 0;  // by the key that seals now
    int unopened = 0; // by a key that is not here; they stay as they are
    resealed& operator+=(const resealed& more) noexcept;
};

// Throws crypto::no_encryption_key. A field that changes meanwhile stays as it was changed.
task<resealed> reseal_tenant(db::database& with, const crypto::envelope& sealing, tenancy::tenant_ptr at);
task<resealed> reseal_platform(db::database& with, const crypto::envelope& sealing);

} // namespace kidevent::identity
