/// The operator: everything is in the rooms; this only starts it, without a grip for chaos tests.

#include "actors/chaos_hooks.hpp"
#include "app/run.hpp"

int main(int argc, char** argv) {
  return app::run(argc, argv, actors::no_hooks());
}
