#include "app/http_server.hpp"

#include <array>
#include <chrono>
#include <future>
#include <string_view>
#include <utility>

#include <civetweb.h>

namespace app {

namespace {

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

void send(mg_connection* connection, const http_answer& answer, bool with_body) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            answer.status, reason_of(answer.status), answer.content_type.c_str(),
            answer.body.size());
  if (with_body) mg_write(connection, answer.body.data(), answer.body.size());
}

/// Connects to a server of ours and hangs up.
void knock(const std::string& address) {
  const auto colon = address.rfind(':');
  const auto host = address.substr(0, colon);
  const int port = std::stoi(address.substr(colon + 1));
  auto* connection = mg_connect_client(host == "0.0.0.0" ? "127.0.0.1" : host.c_str(), port,
                                       /*use_ssl=*/0, nullptr, 0);
  if (connection != nullptr) mg_close_connection(connection);
}

/// civetweb calls it for every request, before it looks for a file or a handler; it has none.
int begin_request(mg_connection* connection) {
  const auto* request = mg_get_request_info(connection);
  const auto* server = static_cast<const http_server*>(request->user_data);
  const std::string_view method = request->request_method;
  const bool head = method == "HEAD";
  http_answer answer{405, "only GET and HEAD\n"};
  if (head || method == "GET") {
    answer = server->respond(request->local_uri == nullptr ? "" : request->local_uri);
  }
  send(connection, answer, !head);
  return answer.status;
}

/// Where a failing start on this thread writes civetweb's first complaint; else null.
thread_local std::string* start_complaint = nullptr;

int log_message(const mg_connection*, const char* message) {
  if (start_complaint != nullptr && start_complaint->empty()) *start_complaint = message;
  return 1;
}

}  // namespace

std::variant<std::unique_ptr<http_server>, bind_failure> http_server::start(
    const std::string& address, http_responder respond) {
  const auto colon = address.rfind(':');
  const std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
  const std::string port = colon == std::string::npos ? address : address.substr(colon + 1);
  const std::string where = host.empty() ? port : host + ":" + port;
  const std::array<const char*, 9> settings{
      "listening_ports", where.c_str(), "num_threads", "2", "request_timeout_ms", "5000",
      "tcp_nodelay",     "1",           nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = begin_request;
  callbacks.log_message = log_message;

  std::unique_ptr<http_server> server{new http_server(std::move(respond))};
  std::string complaint;
  start_complaint = &complaint;
  server->context_ = mg_start(&callbacks, server.get(), const_cast<const char**>(settings.data()));
  start_complaint = nullptr;
  if (server->context_ == nullptr) {
    return bind_failure{"can't listen on \"" + address + "\": " + complaint};
  }
  mg_server_port bound{};
  mg_get_server_ports(server->context_, 1, &bound);
  server->address_ = (host.empty() ? "0.0.0.0" : host) + ":" + std::to_string(bound.port);
  return server;
}

http_server::~http_server() {
  if (context_ == nullptr) return;
  // civetweb looks whether it shall stop when somebody connects, else every two seconds.
  auto stopped = std::async(std::launch::async, [this] { mg_stop(context_); });
  do {
    knock(address_);
  } while (stopped.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready);
}

}  // namespace app
