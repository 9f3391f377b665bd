#include "tests/model/judgement.hpp"

#include <algorithm>

#include "actors/core/words.hpp"

namespace model {

namespace words = actors::core::words;
using actors::core::attention;

namespace {

const k8s::condition* find(const noted& cr, const char* type) {
  for (const auto& one : cr.status.conditions) {
    if (one.type == type) return &one;
  }
  return nullptr;
}

/// "True NoError", of this generation only.
std::string said(const noted& cr, const char* type) {
  const auto* one = find(cr, type);
  if (one == nullptr) return "nothing";
  if (one->observed_generation != cr.generation) return "something about an older generation";
  return one->status + ' ' + one->reason;
}

std::string field(const noted& cr, const char* name) {
  const auto found = cr.status.fields.find(name);
  return found == cr.status.fields.end() ? std::string{} : found->second;
}

bool has(const noted& cr, const char* annotation) {
  return cr.annotations.contains(annotation);
}

std::string wrong_status(const noted& cr, const char* type, const std::string& wanted) {
  const auto says = said(cr, type);
  return says == wanted ? std::string{}
                        : std::string{"E: "} + type + " says " + says + ", not " + wanted;
}

std::string wrong_without_cr(const world& in) {
  if (in.stored && in.stored->ours && !in.may_stay) return "O: an orphan is in Teleport";
  return in.object.uid != 0 ? "E: an object lives on without its CR" : "";
}

/// Trouble is there to stay: the CR has to say so.
std::string wrong_in_trouble(const noted& cr) {
  const auto* ready = find(cr, words::ready);
  return ready == nullptr ? "E: nothing is said about the trouble" : "";
}

std::string wrong_when_settled(const world& in, const noted& cr) {
  if (in.stored->what != wanted_by(cr.says)) return "E: Teleport has other content than the CR";
  if (auto why = wrong_status(cr, words::ready, "True NoError"); !why.empty()) return why;
  if (field(cr, words::observed_generation) != std::to_string(cr.generation))
    return "E: observedGeneration is not the CR's";
  const auto recorded = field(cr, words::teleport_revision);
  if (recorded != revision_text(in.stored->revision))
    return "E: the recorded revision is " + recorded + ", that in Teleport is " +
           revision_text(in.stored->revision);
  return {};
}

}  // namespace

bool is_quiet(const world& in) {
  const auto& object = in.object;
  return in.watch.empty() && in.stream.empty() && in.list.now == listing::stage::none &&
         !in.starting && in.stray_kube.empty() && in.stray_teleport.empty() && !in.doomed &&
         !object.asked_for_slot && object.mind.now == attention::phase::idle;
}

std::string wrong_in(const world& in) {
  if (!in.cr) return wrong_without_cr(in);
  const auto& cr = notes(in.cr);
  if (in.object.uid != cr.uid_number) return "E: no object works for the CR";
  const bool trouble = in.refusing || !in.connected;
  if (cr.deleting) return trouble ? wrong_in_trouble(cr) : "E: the deletion hangs";
  if (has(cr, words::ignore_annotation)) return {};
  if (!cr.finalizer) return "E: the finalizer is missing";
  if (cr.says == wish::broken)
    return wrong_status(cr, words::ready, "False " + std::string{words::failed_to_decode});
  const bool foreign = in.stored && !in.stored->ours && !has(cr, words::adopt_annotation);
  if (trouble) return wrong_in_trouble(cr);
  if (foreign)
    return wrong_status(cr, words::ready, "False " + std::string{words::origin_label_not_matching});
  if (!in.stored) return "E: the resource is missing in Teleport";
  if (!in.stored->ours) return "E: the resource is not taken over";
  return wrong_when_settled(in, cr);
}

std::string to_string(const world& in) {
  std::string text = "CR ";
  if (in.cr) {
    const auto& cr = notes(in.cr);
    text += "uid " + cr.uid + " v" + cr.resource_version + " g" + std::to_string(cr.generation) +
            " spec " + std::to_string(static_cast<int>(cr.says)) +
            (cr.finalizer ? " finalizer" : "") + (cr.deleting ? " deleting" : "") + ' ' +
            cr.annotated + "Ready " + said(cr, words::ready) + " recorded " +
            field(cr, words::teleport_revision);
  } else {
    text += "absent";
  }
  text += "; Teleport ";
  if (in.stored) {
    text += revision_text(in.stored->revision) + " content " +
            std::to_string(static_cast<int>(in.stored->what)) + (in.stored->ours ? "" : " foreign");
  } else {
    text += "nothing";
  }
  const auto& object = in.object;
  text += "; object " + std::to_string(object.uid) + " phase " +
          std::to_string(static_cast<int>(object.mind.now)) + " last verdict " +
          std::to_string(static_cast<int>(object.mind.last_verdict));
  if (object.kube) text += " patch " + std::to_string(static_cast<int>(object.kube->what));
  if (object.teleport) text += " call " + std::to_string(static_cast<int>(object.teleport->what));
  text += "; to come: " + std::to_string(in.watch.size()) + " of the watch, " +
          std::to_string(in.stream.size()) + " of the stream";
  return in.broken.empty() ? text : text + "; BROKEN " + in.broken;
}

void settle(world& in) {
  const bool trouble = in.refusing || !in.connected;
  if (!trouble && is_quiet(in) && in.object.tick == 0 && wrong_in(in).empty()) in.calm = true;
  std::erase_if(in.known, [&](const past& one) {
    const auto is = [&](const auto& request) { return request.uid == one.uid; };
    const bool watched = std::any_of(in.watch.begin(), in.watch.end(), [&](const watch_news& news) {
      return notes(news.state).uid_number == one.uid;
    });
    const bool used = one.uid == in.object.uid || watched ||
                      (in.cr && notes(in.cr).uid_number == one.uid) ||
                      std::any_of(in.stray_teleport.begin(), in.stray_teleport.end(), is);
    return !used;
  });
}

}  // namespace model
