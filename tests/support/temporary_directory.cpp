#include "support/temporary_directory.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace kidevent::tests {

temporary_directory::temporary_directory(const std::string& owner) {
    std::string name = "/tmp/kidevent-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot create " + name);
    path_ = name;
    if (owner.empty()) return;
    const passwd* const found = getpwnam(owner.c_str());
    if (found == nullptr || chown(name.c_str(), found->pw_uid, found->pw_gid) != 0)
        throw std::runtime_error("cannot give " + name + " to user '" + owner + "'");
}

temporary_directory::~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace kidevent::tests
