#pragma once

/// One look at Teleport: its steps in order, and what one step notes for later ones. Used by
/// teleport_side alone; one thread, one use.

#include <chrono>
#include <optional>
#include <string>

#include "app/doctor/stopwatch.hpp"
#include "app/doctor/teleport_side.hpp"
#include "teleport/doctor/entry.hpp"
#include "teleport/doctor/look.hpp"
#include "teleport/join/proxy_info.hpp"

namespace app::doctor {

class teleport_look {
 public:
  explicit teleport_look(const teleport_settings& with);

  section run();

 private:
  /// Limits of one step, within those of all.
  teleport::net::limits within(std::chrono::seconds most) const { return all_.within(most); }
  void add(finding one) { found_.findings.push_back(watch_.mark(std::move(one))); }
  bool by_file() const { return !with_.asked.identity_file.empty(); }

  // -- from outside (teleport_look.cpp) --
  /// Where to look. A proxy whose certificate is not accepted is looked at all the same: the
  /// verdict on that stands in the certificate's line.
  teleport::join::surroundings view() const;
  void address();
  void name();
  void port();
  void certificate();
  void web();
  void auth();
  void way();

  // -- as ourselves (teleport_entry.cpp) --
  void join_token();
  void service_account();
  void enter();
  bool identity();
  bool join();
  bool output();
  bool sign_in();
  void rights();
  void skip_after(const char* needs, int steps);
  /// The step's finding, and whether the next one can be taken.
  bool passed(const char* id, const char* title, teleport::doctor::attempt<teleport::doctor::pass>);

  const teleport_settings& with_;
  mutable teleport::net::stop_switch stop_;
  const teleport::net::limits all_;
  section found_;
  stopwatch watch_;

  // -- what was found out --
  std::optional<teleport::join::surroundings> to_;
  bool named_ = false;    ///< the name leads somewhere
  bool reached_ = false;  ///< the port is open
  std::optional<teleport::doctor::shown_certificate> shown_;
  bool trusted_ = true;  ///< by a client of the web
  std::optional<teleport::join::proxy_info> proxy_;
  std::string cluster_;  ///< its name, as it was told first
  std::string server_version_;
  std::optional<teleport::doctor::entry> entry_;
  teleport::doctor::pass in_;
};

}  // namespace app::doctor
