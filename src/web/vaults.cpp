// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/vaults.hpp"

#include "commons/measures/pages/pages.hpp"
#include "gates/desk/gates_desk.hpp"
#include "line/outbox.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/inbox/inbox.hpp"
#include "vault/keeping/keeping.hpp"
#include "vault/notes/notes.hpp"
#include "vault/pins/pins.hpp"
#include "vault/referred/referred.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/retention.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "web/site.hpp"

namespace daybreak::web {

std::vector<db::ModuleMigrations> vault_modules() {
  return {vault::clients::migrations(),  vault::tasks::migrations(),
          vault::services::migrations(), vault::notes::migrations(),
          vault::releases::migrations(), vault::inbox::migrations(),
          vault::referred::migrations(), vault::attachments::migrations(),
          vault::pins::migrations(),     vault::retention::migrations(),
          line::migrations()};
}

Result<void> Site::open_vaults() {
  gates_.reset(new gates::Gates{.vaults = {data_, vault_modules(), clock_, random_},
                                .unlocks = vault::Unlocks(clock_),
                                .referrals = {*commons_, clock_},
                                .measures = {*commons_, clock_, random_}});
  return gates_->vaults.check_walls();
}

void Site::add_vault_routes() {
  const vault::desk::Desk desk{*visits_,  gates_->vaults, gates_->unlocks,
                               *members_, clock_,         *passkeys_};
  vault::desk::add_routes(router_, desk);
  vault::keeping::add_routes(router_, desk);
  gates::desk::add_routes(router_, {desk, gates_->releases, gates_->referral_gate,
                                    gates_->referrals, finder(), *boards_, gates_->aggregates});
  measures::pages::add_routes(router_, {*visits_, gates_->measures, *members_});
}

}  // namespace daybreak::web
