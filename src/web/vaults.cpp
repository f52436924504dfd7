// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/vaults.hpp"

#include "commons/measures/pages/pages.hpp"
#include "gates/desk/gates_desk.hpp"
#include "gates/post/commons_post.hpp"
#include "gates/post/telling.hpp"
#include "line/elsewhere/elsewhere.hpp"
#include "line/outbox.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/inbox/inbox.hpp"
#include "vault/keeping/keeping.hpp"
#include "vault/notes/notes.hpp"
#include "vault/pins/pins.hpp"
#include "vault/plans/plans.hpp"
#include "vault/referred/referred.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/retention.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "web/audit_watch.hpp"
#include "web/site.hpp"

namespace daybreak::web {

std::vector<db::ModuleMigrations> vault_modules() {
  return {vault::clients::migrations(),
          vault::tasks::migrations(),
          vault::plans::migrations(),
          vault::services::migrations(),
          vault::notes::migrations(),
          vault::releases::migrations(),
          vault::inbox::migrations(),
          vault::referred::migrations(),
          vault::attachments::migrations(),
          vault::pins::migrations(),
          vault::retention::migrations(),
          line::migrations()};
}

Result<void> Site::open_vaults() {
  gates_.reset(
      new gates::Gates{.vaults = {data_, vault_modules(), clock_, random_, &log_},
                       .unlocks = vault::Unlocks(clock_),
                       .referrals = {*commons_, clock_, gates::post::tell_nodes(clock_, random_)},
                       .measures = {*commons_, clock_, random_}});
  gates_->vaults.when_opened(vault::releases::check_opened);
  return gates_->vaults.check_walls();
}

// Without a place to listen there is no line, and nothing waits for one.
Result<void> Site::open_line(const SiteOptions& options) {
  if (options.node_listen.empty()) return {};
  gates_->nodes = std::make_unique<nodes::Register>(*commons_, clock_, random_);
  auto post = std::make_unique<gates::post::CommonsPost>(post_end(), *key_, *gates_->nodes);
  gates_->releases.reach(*post);
  const auto own = TRY(line::Identity::load_or_create(data_));
  TRY(post->listen(TRY(line::address_from(options.node_listen)), own));
  line_words_ = "Nodes connect to port " + std::to_string(post->port()) + "; the pin is " + own.pin;
  gates_->post = std::move(post);
  return {};
}

gates::post::Here Site::post_end() {
  return {*commons_,
          gates_->vaults,
          gates_->releases,
          gates_->referrals,
          gates_->measures,
          *members_,
          clock_,
          random_,
          log_};
}

vault::desk::Desk Site::vault_desk() {
  return {*visits_,
          gates_->vaults,
          gates_->unlocks,
          *members_,
          clock_,
          *passkeys_,
          [this](trust::MemberId member) {
            const auto name = commons_->read([&](db::Connection& connection) {
              return line::elsewhere::name_of(connection, member);
            });
            return name && *name ? **name : std::string();
          }};
}

namespace {

// For whoever looks after the machine: what cannot be saved, where, and the cure. Words of nobody.
int write_faults(AuditWatch& watch, trust::Members& members, const trust::Session& session,
                 html::Markup& out) {
  if (!session.member.roles.has(trust::Role::kAdministrator)) return 0;
  const auto faults = watch.faults();
  const language::Words t = out.words();
  for (const AuditWatch::Fault& fault : faults) {
    std::string where(t("The directory and the accounts"));
    if (fault.vault) {
      const auto found = members.find_organization(*fault.vault);
      where = t("The vault of {0}",
                {found && *found ? (*found)->name : std::string(t("Another organization"))});
    }
    html::alert(out,
                {.kind = html::AlertKind::kError,
                 .text = t("{0}: {1}. Until this is cured, people get an error instead of a "
                           "saved record. See \"When nothing can be saved\" in docs/operations.md.",
                           {where, fault.error.describe()}),
                 .title = t("Nothing can be saved: the audit log cannot be written"),
                 .announce = true});
  }
  return static_cast<int>(faults.size());
}

}  // namespace

void Site::add_vault_routes() {
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
  const vault::desk::Desk desk = vault_desk();
  vault::desk::add_routes(router_, desk);
  vault::keeping::add_routes(router_, desk);
  gates::desk::add_routes(router_, {desk, gates_->releases, gates_->referral_gate,
                                    gates_->referrals, finder(), &*boards_, gates_->aggregates});
  measures::pages::add_routes(router_, {*visits_, gates_->measures, *members_});
}

}  // namespace daybreak::web
