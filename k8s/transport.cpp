#include "k8s/transport.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <sys/socket.h>

#include "k8s/easy_handles.hpp"

namespace k8s {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct exchange {
  transport::implementation* owner = nullptr;
  std::size_t position = 0;  ///< in the owner's list
  std::unique_ptr<easy_handle> handle;
  std::shared_ptr<const header_set> headers;
  exchange_handler* handler = nullptr;
  const char* method = "";
  bool stream = false;
  bool open = false;  ///< stream with status 200: body goes to the handler
  bool counted = false;
  bool too_big = false;
  milliseconds timeout{0};
  std::string body;
};

class transport::implementation {
 public:
  implementation(const config& server, transport_options options);
  ~implementation();

  exchange* start(const http_request& request, const credential_ptr& who,
                  const exchange_options& options, exchange_handler& handler);
  void abort(exchange* which) { (void)release(*which); }
  void hang_up_if_silent(exchange& which, milliseconds silence);
  void perform();
  void wait(milliseconds longest);
  void wake() { curl_multi_wakeup(multi_); }

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  bool take_body(exchange& on, std::string_view data);
  void take_end_of_headers(exchange& on);

  void set_request_options(exchange& on, const http_request& request,
                           const exchange_options& options);
  std::unique_ptr<exchange> release(exchange& which);
  void finish(CURL* curl, CURLcode code);
  void count(exchange& on, int status);

  CURLM* multi_;
  transport_options options_;
  easy_handles handles_;
  std::vector<std::unique_ptr<exchange>> running_;
  std::size_t requests_ = 0;  ///< of `running_`, those that are no stream
  steady_clock::time_point last_heard_ = steady_clock::now();
};

namespace {

/// More requests under way than this are many.
constexpr std::size_t crowd = 8;
constexpr milliseconds collecting_time{5};

/// Once for the process; libcurl wants it before the first handle.
void initialise_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)done;
}

int status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

std::optional<milliseconds> retry_after_of(CURL* curl) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds <= 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace

transport::implementation::implementation(const config& server, transport_options options)
    : multi_((initialise_curl(), curl_multi_init())),
      options_(std::move(options)),
      handles_(server, options_.user_agent, {.on_body = on_body, .on_header = on_header}) {
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  // Kept when idle; more may be open while the server's limit of streams asks for it.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 8L);
}

transport::implementation::~implementation() {
  while (!running_.empty()) {
    abort(running_.back().get());
  }
  curl_multi_cleanup(multi_);
}

exchange* transport::implementation::start(const http_request& request, const credential_ptr& who,
                                           const exchange_options& options,
                                           exchange_handler& handler) {
  auto owned = std::make_unique<exchange>();
  auto& on = *owned;
  on.owner = this;
  on.position = running_.size();
  on.handle = handles_.take(who);
  on.headers = handles_.headers(who);
  on.handler = &handler;
  on.method = request.method;
  on.stream = options.stream;
  on.timeout = options.timeout;
  set_request_options(on, request, options);
  requests_ += on.stream ? 0 : 1;
  running_.push_back(std::move(owned));
  curl_multi_add_handle(multi_, on.handle->curl.get());
  return &on;
}

void transport::implementation::set_request_options(exchange& on, const http_request& request,
                                                    const exchange_options& options) {
  auto* curl = on.handle->curl.get();
  curl_easy_setopt(curl, CURLOPT_URL, (handles_.base_url() + request.target).c_str());
  curl_easy_setopt(curl, CURLOPT_PRIVATE, &on);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &on);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &on);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, on.headers->of(request));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  if (request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, nullptr);
  } else {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
}

// -- called by libcurl -------------------------------------------------------------------------

std::size_t transport::implementation::on_body(char* data, std::size_t size, std::size_t count,
                                               void* user) {
  auto& on = *static_cast<exchange*>(user);
  const auto bytes = size * count;
  return on.owner->take_body(on, {data, bytes}) ? bytes : 0;
}

std::size_t transport::implementation::on_header(char* data, std::size_t size, std::size_t count,
                                                 void* user) {
  auto& on = *static_cast<exchange*>(user);
  const auto bytes = size * count;
  if (on.stream && std::string_view(data, bytes) == "\r\n") {
    on.owner->take_end_of_headers(on);
  }
  return bytes;
}

bool transport::implementation::take_body(exchange& on, std::string_view data) {
  last_heard_ = steady_clock::now();
  if (on.open) {
    return on.handler->on_data(data);
  }
  on.too_big = on.body.size() + data.size() > options_.body_limit;
  if (!on.too_big) {
    on.body.append(data);
  }
  return !on.too_big;
}

void transport::implementation::take_end_of_headers(exchange& on) {
  last_heard_ = steady_clock::now();
  const auto status = status_of(on.handle->curl.get());
  if (status == 200 && !on.open) {
    on.open = true;
    count(on, status);
    on.handler->on_open();
  }
}

// -- the end of an exchange --------------------------------------------------------------------

std::unique_ptr<exchange> transport::implementation::release(exchange& which) {
  curl_multi_remove_handle(multi_, which.handle->curl.get());
  auto& place = running_[which.position];
  auto owned = std::move(place);
  if (owned != nullptr && &place != &running_.back()) {
    place = std::move(running_.back());
    place->position = owned->position;
  }
  running_.pop_back();
  requests_ -= which.stream ? 0 : 1;
  handles_.give_back(std::move(owned->handle));
  return owned;
}

void transport::implementation::finish(CURL* curl, CURLcode code) {
  exchange* on = nullptr;
  curl_easy_getinfo(curl, CURLINFO_PRIVATE, &on);
  exchange_result result;
  result.status = status_of(curl);
  result.too_big = on->too_big;
  result.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  if (code == CURLE_OK) {
    result.retry_after = retry_after_of(curl);
    last_heard_ = steady_clock::now();
  } else {
    result.trouble =
        on->handle->trouble[0] != '\0' ? on->handle->trouble : curl_easy_strerror(code);
  }
  if (result.timed_out) {
    hang_up_if_silent(*on, on->timeout / 2);
  }
  count(*on, code == CURLE_OK ? result.status : 0);
  auto owned = release(*on);
  result.body = std::move(owned->body);
  owned->handler->on_done(std::move(result));
}

void transport::implementation::count(exchange& on, int status) {
  if (options_.on_request && !std::exchange(on.counted, true)) {
    options_.on_request(status, on.method, handles_.host());
  }
}

void transport::implementation::hang_up_if_silent(exchange& which, milliseconds silence) {
  if (steady_clock::now() - last_heard_ < silence) {
    return;
  }
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(which.handle->curl.get(), CURLINFO_ACTIVESOCKET, &socket);
  if (socket != CURL_SOCKET_BAD) {
    ::shutdown(socket, SHUT_RDWR);  // libcurl owns it and sees the end of the stream
  }
}

void transport::implementation::perform() {
  int still_running = 0;
  curl_multi_perform(multi_, &still_running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      finish(message->easy_handle, message->data.result);
    }
  }
}

/// libcurl asks the kernel about each running transfer when one of them has news. With many of
/// them, news are collected for a moment: a fifth of the process's CPU time in a burst, and nothing
/// beside what the server takes for so many requests.
void transport::implementation::wait(milliseconds longest) {
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(longest.count()), nullptr);
  if (requests_ > crowd) {
    std::this_thread::sleep_for(collecting_time);
  }
}

// -- the public face ---------------------------------------------------------------------------

transport::transport(const config& server, transport_options options)
    : self_(std::make_unique<implementation>(server, std::move(options))) {}

transport::~transport() = default;

exchange* transport::start(const http_request& request, const credential_ptr& who,
                           const exchange_options& options, exchange_handler& handler) {
  return self_->start(request, who, options, handler);
}

void transport::abort(exchange* which) {
  self_->abort(which);
}

void transport::abort_silent(exchange* which, milliseconds silence) {
  self_->hang_up_if_silent(*which, silence);
  self_->abort(which);
}

void transport::perform() {
  self_->perform();
}

void transport::wait(milliseconds longest) {
  self_->wait(longest);
}

void transport::wake() {
  self_->wake();
}

}  // namespace k8s
