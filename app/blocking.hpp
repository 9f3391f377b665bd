#pragma once

/// Waiting for the Kubernetes client at start, before there are actors: nothing else goes on then.

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "k8s/error.hpp"

namespace app {

/// Calls `ask` with a callback and waits for what that gets, no longer than until `deadline`; an
/// answer that comes later goes nowhere. Not for the client's own thread.
template <class T, class Ask>
k8s::result<T> wait_for_answer(std::chrono::steady_clock::time_point deadline, const Ask& ask) {
  // Shared with the callback, which may come after we stopped waiting.
  const auto answer = std::make_shared<std::promise<k8s::result<T>>>();
  auto arrived = answer->get_future();
  ask([answer](k8s::result<T> got) { answer->set_value(std::move(got)); });
  if (arrived.wait_until(deadline) == std::future_status::ready) return arrived.get();
  k8s::error late;
  late.message = "no answer in time";
  return late;
}

}  // namespace app
