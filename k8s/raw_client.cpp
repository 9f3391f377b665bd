#include "k8s/raw_client.hpp"

#include <utility>

#include "k8s/calls.hpp"
#include "k8s/credentials.hpp"
#include "k8s/loop.hpp"
#include "k8s/transport.hpp"

namespace k8s {

namespace {

class curl_raw_client final : public raw_client {
 public:
  curl_raw_client(config server, const client_options& options)
      : server_(std::move(server)),
        io_(server_, {.user_agent = options.user_agent, .on_request = options.on_request}),
        loop_(io_),
        credentials_(server_, loop_),
        calls_(io_, loop_, credentials_, server_.server, options.request_timeout,
               options.write_time_left) {
    loop_.start();
  }

  ~curl_raw_client() override {
    loop_.stop([this] { calls_.close(); });
  }

  curl_raw_client(const curl_raw_client&) = delete;
  curl_raw_client& operator=(const curl_raw_client&) = delete;

  void ask(http_request request, text_callback done) override {
    loop_.post([this, request = std::move(request), done = std::move(done)]() mutable {
      calls_.submit(std::move(request), std::move(done));
    });
  }

 private:
  const config server_;
  transport io_;
  loop loop_;
  credentials credentials_;
  calls calls_;
};

}  // namespace

std::unique_ptr<raw_client> make_raw_client(config server, const client_options& options) {
  return std::make_unique<curl_raw_client>(std::move(server), options);
}

}  // namespace k8s
