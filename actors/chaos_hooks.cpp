#include "actors/chaos_hooks.hpp"

namespace actors {

namespace {

class silent_hooks final : public chaos_hooks {
 public:
  void spawned(std::string_view /*type*/, std::string_view /*subject*/,
               const caf::actor_addr& /*who*/) override {
    // nop
  }
  void reached(std::string_view /*type*/, std::string_view /*point*/,
               std::string_view /*subject*/) override {
    // nop
  }
  bool passes(write_at /*place*/, std::string_view /*what*/,
              std::string_view /*subject*/) override {
    return true;
  }
};

}  // namespace

chaos_hooks& no_hooks() {
  static silent_hooks hooks;
  return hooks;
}

}  // namespace actors
