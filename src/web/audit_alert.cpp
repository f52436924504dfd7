// SPDX-License-Identifier: AGPL-3.0-or-later
// What the watch over the audit logs tells: an administrator on "Today", a monitor at
// "/health/audit". On every node, of a commons or of a vault alone.
#include "web/audit_watch.hpp"
#include "web/site.hpp"
#include "web/vaults.hpp"

namespace daybreak::web {
namespace {

using language::Words;

std::string_view cause_words(Words t, Cause cause) {
  switch (cause) {
    case Cause::kStopped:
      return t(
          "A disk failed, and this store writes no more. Look at the disk and the system log, "
          "then start Daybreak again.");
    case Cause::kClock:
      return t("The clock of this machine is behind the newest entry of the log. Set it right.");
    case Cause::kOutOfReach:
      return t("The store does not answer, or its disk is full. Start its database, or make room.");
    case Cause::kChanged:
      break;
  }
  return t(
      "The log is not as it was written: someone changed the store from outside, or a disk "
      "failed. Keep the store as it is, and compare it with the last backup.");
}

std::string where_words(Words t, trust::Members& members, const AuditWatch::Fault& fault) {
  if (!fault.vault) return std::string(t("The directory and the accounts"));
  const auto found = members.find_organization(*fault.vault);
  return t("The vault of {0}",
           {found && *found ? (*found)->name : std::string(t("Another organization"))});
}

// For whoever looks after the machine: what cannot be saved, where, and the cure; then what the
// machine said, for whoever asks for help with it. Words of nobody.
int write_faults(AuditWatch& watch, trust::Members& members, const trust::Session& session,
                 html::Markup& out) {
  if (!session.member.roles.has(trust::Role::kAdministrator)) return 0;
  const auto faults = watch.faults();
  const Words t = out.words();
  for (const AuditWatch::Fault& fault : faults)
    html::alert(
        out,
        {.kind = html::AlertKind::kError,
         .text = t("{0}: nothing can be saved there, and people get an error instead of a saved "
                   "record.",
                   {where_words(t, members, fault)}),
         .title = t("Nothing can be saved: the audit log cannot be written"),
         .announce = true},
        [&] {
          html::paragraph(out, cause_words(t, fault.cause));
          html::paragraph(out, t("More: \"When nothing can be saved\" in docs/operations.md."));
          html::paragraph(out, [&] {
            out.text(t("What the machine says:")).text(" ");
            out.element("span", {{"lang", "en"}}, fault.error.describe());
          });
        });
  return static_cast<int>(faults.size());
}

}  // namespace

void Site::watch_audit() {
  const auto watch = std::make_shared<AuditWatch>(*commons_, gates_->vaults, clock_);
  visits_->add_today_part([watch, this](const trust::Session& session, html::Markup& out) {
    return write_faults(*watch, *members_, session, out);
  });
  // Beside "/health", which says whether the program answers: whether it can save.
  router_.get("/health/audit", http::Access::anyone(), [watch](http::Request&) {
    return watch->faults().empty()
               ? http::Response::json("{\"status\":\"ok\"}\n")
               : http::Response::json("{\"status\":\"unavailable\"}\n", http::Status::kUnavailable);
  });
}

}  // namespace daybreak::web
