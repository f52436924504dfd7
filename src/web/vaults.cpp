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
#include "web/site.hpp"

namespace daybreak::web {

std::vector<db::ModuleMigrations> vault_modules() {
  return {vault::clients::migrations(),     vault::tasks::migrations(),
          vault::plans::migrations(),       vault::services::migrations(),
          vault::notes::migrations(),       vault::releases::migrations(),
          vault::inbox::migrations(),       vault::referred::migrations(),
          vault::attachments::migrations(), vault::pins::migrations(),
          vault::retention::migrations(),   line::migrations()};
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
          },
          [this] {
            return commons_
                ->read([](db::Connection& connection) {
                  return line::elsewhere::shown_names(connection);
                })
                .value_or(std::map<trust::MemberId, std::string>());
          }};
}

void Site::add_vault_routes() {
  watch_audit();
  const vault::desk::Desk desk = vault_desk();
  vault::desk::add_routes(router_, desk);
  vault::keeping::add_routes(router_, desk);
  gates::desk::add_routes(router_, {desk, gates_->releases, gates_->referral_gate,
                                    gates_->referrals, finder(), &*boards_, gates_->aggregates});
  measures::pages::add_routes(router_, {*visits_, gates_->measures, *members_});
}

}  // namespace daybreak::web
