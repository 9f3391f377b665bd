#include "actors/core/cr_marks.hpp"

#include <vector>

#include "support.hpp"

namespace actors::core {
namespace {

using testing::make_cr;
using strings = std::vector<std::string>;

TEST(ParseFlag, TakesGoSpellingsAndNothingElse) {
  for (const auto* yes : {"1", "t", "T", "true", "TRUE", "True"})
    EXPECT_TRUE(parse_flag(yes)) << yes;
  for (const auto* no :
       {"0", "f", "F", "false", "FALSE", "False", "", "yes", "tRUE", " true", "on"})
    EXPECT_FALSE(parse_flag(no)) << no;
}

TEST(CrMarks, ReadsWhatToDoAboutDrift) {
  auto cr = make_cr();
  EXPECT_EQ(marks_of(cr).drift, drift_wish::heal);
  const std::vector<std::pair<const char*, drift_wish>> rows{
      {"report", drift_wish::report}, {"heal", drift_wish::heal}, {"Report", drift_wish::unclear},
      {"true", drift_wish::unclear},  {"", drift_wish::unclear},  {" report", drift_wish::unclear}};
  for (const auto& [value, wish] : rows) {
    cr.annotations[words::drift_annotation] = value;
    EXPECT_EQ(marks_of(cr).drift, wish) << value;
  }
}

TEST(CrMarks, ReadsFinalizerDeletionAndFlags) {
  auto cr = make_cr();
  auto marks = marks_of(cr);
  EXPECT_TRUE(marks.has_finalizer);
  EXPECT_FALSE(marks.deleting || marks.ignore || marks.keep || marks.adopt);

  cr.finalizers = {"foreign.io/x"};
  cr.deletion_timestamp = "2026-01-02T03:04:05Z";
  cr.annotations = {{words::ignore_annotation, "true"},
                    {words::keep_annotation, "1"},
                    {words::adopt_annotation, "T"}};
  marks = marks_of(cr);
  EXPECT_FALSE(marks.has_finalizer);
  EXPECT_TRUE(marks.deleting && marks.ignore && marks.keep && marks.adopt);
}

TEST(CrMarks, AFlagThatIsNoBooleanDoesNotCount) {
  auto cr = make_cr();
  cr.annotations = {{words::ignore_annotation, "please"}, {words::keep_annotation, "false"}};
  const auto marks = marks_of(cr);
  EXPECT_FALSE(marks.ignore || marks.keep);
}

TEST(FinalizerList, KeepsForeignFinalizersInPlace) {
  auto cr = make_cr();
  cr.finalizers = {"a", "b"};
  EXPECT_EQ(with_finalizer(cr), (strings{"a", "b", words::finalizer}));
  EXPECT_EQ(without_finalizer(cr), (strings{"a", "b"}));
  cr.finalizers = {"a", words::finalizer, "b"};
  EXPECT_EQ(without_finalizer(cr), (strings{"a", "b"}));
}

TEST(FinalizerList, NamesOursOnce) {
  auto cr = make_cr();
  EXPECT_EQ(with_finalizer(cr), strings{words::finalizer});
  EXPECT_EQ(without_finalizer(cr), strings{});
}

TEST(Fingerprint, MovesWithEveryThingAReconcileLooksAt) {
  const auto base = fingerprint(make_cr());
  const std::vector<std::pair<const char*, std::function<void(k8s::object&)>>> changes{
      {"uid", [](auto& cr) { cr.uid = "uid-2"; }},
      {"generation", [](auto& cr) { ++cr.generation; }},
      {"label", [](auto& cr) { cr.labels["a"] = "b"; }},
      {"annotation", [](auto& cr) { cr.annotations["a"] = "b"; }},
      {"finalizer", [](auto& cr) { cr.finalizers.clear(); }},
      {"deletion", [](auto& cr) { cr.deletion_timestamp = "2026-01-02T03:04:05Z"; }},
  };
  for (const auto& [name, change] : changes) {
    auto cr = make_cr();
    change(cr);
    EXPECT_NE(fingerprint(cr), base) << name;
  }
}

TEST(Fingerprint, IgnoresStatusAndResourceVersion) {
  auto cr = make_cr();
  cr.resource_version = "99";
  cr.status.fields["x"] = "y";
  cr.status.conditions.emplace_back();
  EXPECT_EQ(fingerprint(cr), fingerprint(make_cr()));
}

TEST(Fingerprint, TellsWhereATextEnds) {
  auto one = make_cr();
  auto two = make_cr();
  one.labels = {{"a", "bc"}};
  two.labels = {{"ab", "c"}};
  EXPECT_NE(fingerprint(one), fingerprint(two));
  // A label is not an annotation of the same name.
  two.labels.clear();
  two.annotations = {{"a", "bc"}};
  EXPECT_NE(fingerprint(one), fingerprint(two));
}

TEST(Older, ComparesNumbersAndKnowsNothingElse) {
  EXPECT_TRUE(older("9", "10"));
  EXPECT_FALSE(older("10", "9"));
  EXPECT_FALSE(older("10", "10"));
  EXPECT_FALSE(older("", "10"));
  EXPECT_FALSE(older("9", "x10"));
  EXPECT_FALSE(older("9x", "10"));
  EXPECT_FALSE(older("99999999999999999999999", "1"));
}

}  // namespace
}  // namespace actors::core
