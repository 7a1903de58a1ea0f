#include "http_client/http_post.hpp"

#include "http_client/tls_context.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/URI.h>

#include <exception>
#include <memory>

namespace kidevent::http_client {

namespace {

std::unique_ptr<Poco::Net::HTTPClientSession> connect_to(const Poco::URI& where) {
    if (where.getScheme() != "https")
        return std::make_unique<Poco::Net::HTTPClientSession>(where.getHost(), where.getPort());
    return std::make_unique<Poco::Net::HTTPSClientSession>(where.getHost(), where.getPort(),
                                                           make_tls_context(""));
}

} // namespace

int post(const outgoing_post& sent) noexcept {
    try {
        const Poco::URI where{sent.url};
        const auto session = connect_to(where);
        session->setTimeout(Poco::Timespan(0, static_cast<long>(sent.deadline.count()) * 1000));
        Poco::Net::HTTPRequest asking{Poco::Net::HTTPRequest::HTTP_POST, where.getPathAndQuery(),
                                      Poco::Net::HTTPMessage::HTTP_1_1};
        for (const header& each : sent.headers)
            asking.set(each.name, each.value);
        asking.setContentLength64(static_cast<Poco::Int64>(sent.body.size()));
        session->sendRequest(asking) << sent.body;
        Poco::Net::HTTPResponse answer;
        session->receiveResponse(answer);
        return answer.getStatus();
    } catch (const std::exception&) {
        return 0; // whoever sends counts what did not arrive
    }
}

} // namespace kidevent::http_client
