#include "app/doctor/teleport_side.hpp"

#include "app/doctor/teleport_look.hpp"

namespace app::doctor {

section look_at_teleport(const teleport_settings& with) {
  return teleport_look(with).run();
}

}  // namespace app::doctor
