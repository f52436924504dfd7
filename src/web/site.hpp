// SPDX-License-Identifier: AGPL-3.0-or-later
// The site: what a node serves over HTTP. It owns the stores and services that handlers use and
// gathers the routes of all modules. Built by one thread at start; its router is then immutable. A
// module takes what it needs in its own add_routes(router, …); it never sees this file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "commons/directory/board/board.hpp"
#include "commons/directory/catalogue/partners.hpp"
#include "commons/directory/pages/pages.hpp"
#include "commons/directory/reminders/reminders.hpp"
#include "db/database.hpp"
#include "http/router.hpp"
#include "jobs/queue.hpp"
#include "mail/settings.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/members.hpp"
#include "trust/node.hpp"
#include "trust/passkeys.hpp"
#include "trust/sealing.hpp"
#include "trust/session.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::editions {
class Editions;
}
namespace daybreak::threat::desk {
class Assessments;
class EmployerReview;
class FocusAreas;
}  // namespace daybreak::threat::desk
namespace daybreak::directory::health {
class Dashboard;
}

namespace daybreak::library {
class Register;
}
namespace daybreak::library::drafts {
class Drafts;
class Editions;
}  // namespace daybreak::library::drafts
namespace daybreak::network {
class Network;
}
namespace daybreak::updates {
class Bureau;
}
namespace daybreak::turnover {
class Turnover;
}
namespace daybreak::resources {
class Resources;
}
namespace daybreak::partners {
class Partners;
}
namespace daybreak::gates {
struct Gates;
}
namespace daybreak::gates::post {
struct Here;
}
namespace daybreak::vault::desk {
struct Desk;
}

namespace daybreak::web {

struct SiteOptions {
  std::filesystem::path data;  // the data directory; must exist
  std::string commons_url;     // empty: SQLite in the data directory
  // A commons: where nodes with vaults of their own connect, "0.0.0.0:8443"; empty: nowhere.
  std::string node_listen = {};
  // A vault's own node: where its commons listens, and the commons' pin.
  std::string line_to = {}, line_pin = {};
};

// A data directory that `daybreak init --role vault` made: it serves vaults alone.
bool is_vault_node(const std::filesystem::path& data);
Result<void> mark_vault_node(const std::filesystem::path& data);
// Its organisation, under the id that it has in the commons.
Result<void> take_organization_of_vault(trust::Node& node, const trust::Organization& organization,
                                        Instant now);
// The tables of what a data directory serves.
std::vector<db::ModuleMigrations> modules_of(const std::filesystem::path& data);

// The tables of every module of the commons, in the order in which they are made.
std::vector<db::ModuleMigrations> commons_modules();
// The same of a vault.
std::vector<db::ModuleMigrations> vault_modules();

class Site {
 public:
  // Opens the stores and brings them to the newest form. `clock`, `random` and `log` must outlive
  // it.
  static Result<std::unique_ptr<Site>> open(const SiteOptions& options, const Clock& clock,
                                            Random& random, Log& log);

  ~Site();
  const http::Router& router() const { return router_; }
  db::Database& commons() { return *commons_; }
  trust::Members& members() { return *members_; }
  // Background work of this node: `serve` runs it with jobs::Workers.
  jobs::Queue& queue() { return *queue_; }
  // What an operator reads of the line at the start; empty without one.
  const std::string& line_words() const { return line_words_; }

 private:
  Site(const Clock& clock, Random& random, Log& log);
  Result<void> open_trust(const SiteOptions& options);
  Result<void> open_directory(const SiteOptions& options);
  Result<void> read_settings(const SiteOptions& options);
  Result<void> open_background();
  Result<void> open_updates();
  void open_turnover();
  Result<void> open_library();
  Result<void> open_resources();
  void open_partners();
  directory::pages::Desk finder();
  void add_directory_routes();
  Result<void> use_words();  // of the directory's staff, in every search
  Result<void> open_vaults();
  Result<void> open_line(const SiteOptions& options);
  gates::post::Here post_end();
  vault::desk::Desk vault_desk();
  void add_vault_routes();
  void watch_audit();  // of every store of this node
  void prepare_router();
  void add_account_pages();
  void add_routes();
  // A vault's own node has these instead of all that is of the commons.
  Result<void> open_vault_node(const SiteOptions& options);
  void add_vault_node_routes();

  const Clock& clock_;
  Random& random_;
  Log& log_;
  std::unique_ptr<db::Database> commons_;
  std::optional<trust::NodeKey> key_;
  std::optional<trust::Members> members_;
  std::optional<trust::Sessions> sessions_;
  std::optional<trust::Passkeys> passkeys_;
  std::optional<visit::Visits> visits_;
  std::optional<trust::Gatekeeper> gatekeeper_;
  std::optional<directory::Directory> directory_;
  std::shared_ptr<const directory::search::NeedTree> needs_;
  std::unique_ptr<directory::health::Dashboard> dashboard_;
  std::unique_ptr<directory::editions::Editions> editions_;
  std::unique_ptr<threat::desk::Assessments> assessments_;
  std::unique_ptr<threat::desk::EmployerReview> employer_review_;
  std::unique_ptr<threat::desk::FocusAreas> focus_areas_;
  std::unique_ptr<directory::Catalogue> public_catalogue_, task_force_catalogue_;
  std::optional<directory::PartnerCatalogues> partner_catalogues_;
  std::filesystem::path data_;
  mail::Post post_;
  std::optional<directory::reminders::Reminders> reminders_;
  std::optional<directory::board::Boards> boards_;
  std::unique_ptr<updates::Bureau> updates_;
  std::unique_ptr<network::Network> network_;
  std::unique_ptr<resources::Resources> resources_;
  std::unique_ptr<partners::Partners> partners_;
  std::unique_ptr<library::Register> facts_;
  std::unique_ptr<turnover::Turnover> turnover_;
  std::unique_ptr<library::drafts::Editions> editions_of_documents_;
  std::unique_ptr<library::drafts::Drafts> drafts_;
  std::optional<jobs::Queue> queue_;
  std::shared_ptr<gates::Gates> gates_;  // shared: known to web/vaults.cpp alone
  std::string line_words_;
  http::Router router_;
};

// "/health" for the operator's monitor: 200 while the stores read and write, else 503.
void add_health_route(http::Router& router, db::Database& commons);
// "/assets/…": styles, scripts, fonts; kept by browsers for ever, since names hold a hash.
void add_asset_routes(http::Router& router);
// Whether people can look for services here: a vault's own node has no directory. Asked when all
// routes are there.
bool has_directory(const http::Router& router);
// "/", "/about", "/leave".
void add_home_routes(http::Router& router, visit::Visits& visits);
void add_about_routes(http::Router& router, visit::Visits& visits);
// "/sign-in", "/sign-out", "/confirm".
void add_sign_in_routes(http::Router& router, visit::Visits& visits, trust::Sessions& sessions,
                        trust::Passkeys& passkeys);
// "/account…": the member's own account and passkeys.
void add_account_routes(http::Router& router, visit::Visits& visits, trust::Passkeys& passkeys,
                        const Clock& clock);
// "/set-up": choosing a password and enrolling a code generator through an invitation's link.
void add_set_up_routes(http::Router& router, visit::Visits& visits, trust::Members& members);
// "/today".
void add_today_routes(http::Router& router, visit::Visits& visits);
// "/styleguide": every component; only in a demonstration.
void add_style_guide_routes(http::Router& router, visit::Visits& visits);

}  // namespace daybreak::web
