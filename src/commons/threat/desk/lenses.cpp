// SPDX-License-Identifier: AGPL-3.0-or-later
// Lenses as analysts keep them. No version is lost: a change is a next one.
#include "commons/threat/desk/assessments.hpp"
#include "trust/audit.hpp"

namespace daybreak::threat::desk {
namespace {

constexpr std::string_view kType = "threat_lens";

}  // namespace

trust::Object lens_object() { return {.type = kType, .audience = trust::Audience::kTaskForce}; }

Result<std::vector<Lens>> Assessments::lenses(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, lens_object(), {}));
  return database_.read([](db::Connection& c) { return threat::lenses(c); });
}

Result<std::vector<LensVersion>> Assessments::lens_history(const trust::Actor& actor,
                                                           std::string_view code) {
  TRY(gatekeeper_.require(actor, {"read"}, lens_object(), code));
  auto versions =
      TRY(database_.read([&](db::Connection& c) { return threat::lens_history(c, code); }));
  if (versions.empty()) return fail(ErrorKind::kNotFound, "there is no such lens");
  return versions;
}

Result<void> Assessments::save_lens(const trust::Actor& actor, const Lens& lens, bool retired) {
  TRY(gatekeeper_.require(actor, {"edit"}, lens_object(), lens.code));
  TRY(checked(lens));
  return database_.write([&](db::Connection& c) -> Result<void> {
    const std::int64_t version =
        TRY(change_lens(c, lens, retired, actor.member.to_string(), clock_.now()));
    return trust::append_audit(c, actor,
                               {.action = "threat_lens.edit",
                                .object_type = std::string(kType),
                                .object = lens.code,
                                .detail = (retired ? "retired,version=" : "version=") +
                                          std::to_string(version)},
                               clock_.now());
  });
}

}  // namespace daybreak::threat::desk
