#include <kidevent/shared_region.hpp>

#include <cerrno>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kidevent {

namespace {

[[noreturn]] void throw_errno() { throw std::system_error(errno, std::generic_category(), "shared memory"); }

} // namespace

shared_region::shared_region(const char* name, std::size_t bytes)
    : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw_errno();
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) {
        ::close(descriptor_);
        throw_errno();
    }
    map(bytes);
}

shared_region::shared_region(int descriptor, std::size_t bytes) : descriptor_(descriptor) {
    struct stat found {};
    if (::fstat(descriptor_, &found) != 0) throw_errno();
    if (static_cast<std::size_t>(found.st_size) < bytes) {
        ::close(descriptor_);
        throw std::runtime_error("the master is of another version: restart it instead of reloading it");
    }
    map(bytes == as_it_is ? static_cast<std::size_t>(found.st_size) : bytes);
}

shared_region::~shared_region() {
    ::munmap(memory_.data(), memory_.size());
    ::close(descriptor_);
}

void shared_region::map(std::size_t bytes) {
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) {
        ::close(descriptor_);
        throw_errno();
    }
    memory_ = {static_cast<std::byte*>(memory), bytes};
}

} // namespace kidevent
