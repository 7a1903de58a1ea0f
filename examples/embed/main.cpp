// A host of its own around KidEvent: one route more, and requests handed over in memory instead of through a
// socket. Usage: embed HOST PATH, with PGHOST and PGDATABASE in the environment.

#include <kidevent/platform.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    kidevent::settings with;
    with.db.host = std::getenv("PGHOST");
    with.db.name = std::getenv("PGDATABASE");
    with.http.signing_key = "an example, not a secret: 32 bytes";

    kidevent::platform app{with};
    app.add_route("GET", "/hello", [](const kidevent::request& asked) {
        kidevent::response answer;
        answer.body = "hello from " + asked.host + "\n";
        return answer;
    });
    app.start();
    kidevent::request asked;
    asked.method = "GET";
    asked.host = argv[1];
    asked.target = argv[2];
    const kidevent::response answer = app.call(asked);
    std::cout << answer.status << '\n' << answer.text();
}
