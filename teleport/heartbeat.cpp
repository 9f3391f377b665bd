#include "teleport/heartbeat.hpp"

#include <array>
#include <chrono>
#include <string_view>

#include <google/protobuf/util/time_util.h>
#include <sys/utsname.h>

#include "teleport/proto/heartbeat.pb.h"

namespace teleport {
namespace {

using google::protobuf::util::TimeUtil;
using namespace std::chrono_literals;
namespace wire = ::teleport::machineid::v1;

constexpr auto interval = 30min;
constexpr auto first_retry = 1min;
constexpr int most_tries = 5;

/// A machine's kind in Go's words.
std::string go_architecture(std::string_view machine) {
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  return std::string(machine);
}

}  // namespace

void heartbeats::submit(net::channel& on, const std::string& client_version,
                        const net::limits& within) {
  const auto now = std::chrono::steady_clock::now();
  wire::SubmitHeartbeatRequest request;
  auto& beat = *request.mutable_heartbeat();
  *beat.mutable_recorded_at() = TimeUtil::GetCurrentTime();
  beat.set_is_startup(!told_);
  beat.set_version(client_version);
  *beat.mutable_uptime() = TimeUtil::SecondsToDuration(
      std::chrono::duration_cast<std::chrono::seconds>(now - begun_).count());
  beat.set_join_method(join_method_);
  beat.set_os("linux");
  utsname machine{};
  if (::uname(&machine) == 0) {
    beat.set_hostname(std::data(machine.nodename));
    beat.set_architecture(go_architecture(std::data(machine.machine)));
  }
  wire::SubmitHeartbeatResponse answer;
  const auto problem = net::call(on, "/teleport.machineid.v1.BotInstanceService/SubmitHeartbeat",
                                 client_version, request, answer, within);
  const bool final = !problem || problem->code == errc::not_implemented ||
                     problem->code == errc::access_denied || ++failures_ == most_tries;
  if (!problem) told_ = true;
  if (final) failures_ = 0;
  next_ = now + (final ? interval : first_retry * (1 << (failures_ - 1)));
}

}  // namespace teleport
