/// Bots: the user and the role that a bot stands for are the server's business.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind bot() {
  kind row = named("Bot", "Bots", "V1");
  row.teleport_kind = "bot";
  row.message = "teleport.machineid.v1.Bot";
  row.may_need = {{"role", "spec.roles"}};
  row.calls =
      service_calls("teleport.machineid.v1", "BotService", "Bot", "Bots", "Upsert", row.message);
  return row;
}

}  // namespace teleport::kinds
