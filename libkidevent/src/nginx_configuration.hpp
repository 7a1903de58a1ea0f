#pragma once
// The configuration of nginx for an installation: the text of nginx/kidevent.conf.in, completed by an
// upstream for each pool of workers and by the locations that lead each route of the table to the pool that
// answers for it. Pure; called by `kidevent nginx-conf` and by tests.

#include <kidevent/settings.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace kidevent {

// What differs from one machine to the next and is no setting of the workers. Paths are absolute.
struct nginx_surroundings {
    std::string user;               // that nginx changes to when root starts it; "": it does not
    std::string workers = "auto";   // processes of nginx
    std::string run_directory;      // of nginx.pid; temporary files go to tmp/ in it, which exists
    std::string log_directory;      // of the error log
    std::string conf_directory;     // where nginx/ of this project is
    std::string root;               // the web application's files, with an index.html
    std::string listen;             // address and port, or unix:PATH
    std::string listen_tls = "443"; // as well, when there is a certificate
    std::string certificate;        // PEM, with its chain, for *.BASE_DOMAIN; "": no TLS
    std::string certificate_key;    // PEM
    std::string access_log = "off"; // "off", or a file and its options
    std::int64_t processors = 1;    // stands for processes = 0 of a pool
};

// `outline` is the text of kidevent.conf.in. Throws std::runtime_error when it has a word that is not known,
// no pool answers for some route, or there is a certificate and http.scheme is not https.
std::string nginx_configuration(std::string_view outline, const settings& of, const nginx_surroundings& at);

} // namespace kidevent
