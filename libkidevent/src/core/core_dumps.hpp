#pragma once
// Images that the kernel writes of a process that dies: they hold every key and password that it knew.

namespace kidevent {

// None is written, and no other process of the same user may look into this one's memory or environment. To
// be called first of all, in each process: starting a program undoes it.
void forbid_core_dumps() noexcept;
// As the limits of the process had it before.
void allow_core_dumps() noexcept;

} // namespace kidevent
