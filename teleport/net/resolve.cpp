#include "teleport/net/resolve.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace teleport::net {
namespace {

using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// What the resolving thread leaves for the one that waits; `ready` becomes readable last.
struct answer {
  unique_descriptor ready{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  int problem = 0;
  address_list found{nullptr, &::freeaddrinfo};
};

int look_up(const address& of, int flags, address_list& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int problem =
      ::getaddrinfo(of.host.c_str(), std::to_string(of.port).c_str(), &hints, &list);
  found.reset(list);
  return problem;
}

endpoint to_endpoint(const addrinfo& entry) {
  endpoint made;
  std::memcpy(&made.where, entry.ai_addr, entry.ai_addrlen);
  made.size = entry.ai_addrlen;
  return made;
}

/// The families take turns, so that a broken one costs one step only.
std::vector<endpoint> alternating(const addrinfo* list) {
  std::vector<endpoint> first;
  std::vector<endpoint> second;
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next)
    (entry->ai_family == list->ai_family ? first : second).push_back(to_endpoint(*entry));
  std::vector<endpoint> mixed;
  for (std::size_t i = 0; i < first.size() || i < second.size(); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

void look_up_and_tell(const address& of, answer& into) {
  into.problem = look_up(of, 0, into.found);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(into.ready.get(), &one, sizeof one);
}

}  // namespace

result<std::vector<endpoint>> resolve(const address& of, const limits& within) {
  address_list numeric{nullptr, &::freeaddrinfo};
  if (look_up(of, AI_NUMERICHOST, numeric) == 0) return alternating(numeric.get());
  auto shared = std::make_shared<answer>();
  try {
    std::thread([of, shared] { look_up_and_tell(of, *shared); }).detach();
  } catch (const std::system_error& problem) {
    return error{errc::connection, "resolving " + of.host + ": " + problem.what()};
  }
  if (auto ended = wait_for(shared->ready.get(), POLLIN, within, "resolving " + of.host))
    return *ended;
  if (shared->problem != 0)
    return error{errc::connection, "resolving " + of.host + ": " + ::gai_strerror(shared->problem)};
  return alternating(shared->found.get());
}

}  // namespace teleport::net
