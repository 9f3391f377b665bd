#include "teleport/net/balancer_probe.hpp"

#include "teleport/net/reach.hpp"

namespace teleport::net {
namespace {

constexpr const char* offered = "teleport-reversetunnel";
constexpr std::chrono::seconds longest{5};

probe_end shake_hands(const address& to, const proxy_rules& rules, const trust& verified_by,
                      const limits& within) {
  probe_end end;
  auto stream = reach(to, rules, within);
  if (!stream) {
    end.failure = stream.failure();
    return end;
  }
  tls_settings settings;
  settings.server_name = to.host;
  settings.alpn = {offered};
  settings.verified_by = verified_by;
  auto tls = start_tls(std::move(stream.value()), settings, within, &end.refusal);
  if (tls)
    end.negotiated = tls.value()->negotiated();
  else
    end.failure = tls.failure();
  return end;
}

}  // namespace

probe_verdict judge(const probe_end& end) {
  if (end.refusal == alpn_refusal::alert)
    return {true, std::string("the server does not know the ALPN protocol ") + offered};
  if (end.refusal == alpn_refusal::unasked)
    return {true, "an ALPN protocol was chosen that was not offered"};
  if (end.failure) return {false, "the probe failed: " + end.failure->message, true};
  if (end.negotiated == offered) return {false, "ALPN reaches the proxy"};
  if (end.negotiated.empty()) return {true, "no ALPN protocol was chosen"};
  return {true, "an ALPN protocol was chosen that was not offered (" + end.negotiated + ")"};
}

probe_verdict probe_for_balancer(const address& to, const proxy_rules& rules,
                                 const trust& verified_by, const limits& within) {
  return judge(shake_hands(to, rules, verified_by, within.within(longest)));
}

std::optional<probe_verdict> probe_memory::recall(const address& of) const {
  const std::lock_guard guard(mutex_);
  const auto found = verdicts_.find(of.text());
  if (found == verdicts_.end()) return std::nullopt;
  return found->second;
}

void probe_memory::keep(const address& of, const probe_verdict& verdict) {
  if (verdict.guessed) return;
  const std::lock_guard guard(mutex_);
  verdicts_[of.text()] = verdict;
}

void probe_memory::forget(const address& of) {
  const std::lock_guard guard(mutex_);
  verdicts_.erase(of.text());
}

}  // namespace teleport::net
