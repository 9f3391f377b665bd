#pragma once

/// One visitor from several lambdas, for std::visit.

namespace k8s {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace k8s
