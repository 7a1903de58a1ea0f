#pragma once
// What a request said is overwritten once it was answered: it may have been a password or a link's secret.
// Copies that were made of it meanwhile are not known here. For the pipeline.

#include <boost/json/value.hpp>

#include <string>

namespace kidevent::http {

// Leaves an empty text, and of its memory, also beyond its end, nothing but zeros.
void wipe(std::string& text) noexcept;
// Every text in it; names of members stay.
void wipe(boost::json::value& body) noexcept;

// Wipes it when it goes; it must outlive this.
template<class Body> class wiped_on_exit {
public:
    explicit wiped_on_exit(Body& of) noexcept : of_(of) {}
    ~wiped_on_exit() { wipe(of_); }
    wiped_on_exit(const wiped_on_exit&) = delete;
    wiped_on_exit& operator=(const wiped_on_exit&) = delete;

private:
    Body& of_;
};

} // namespace kidevent::http
