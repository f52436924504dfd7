// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/site.hpp"

#include <future>

#include "base/config.hpp"
#include "base/memory.hpp"
#include "commons/directory/api/api.hpp"
#include "commons/directory/board/pages.hpp"
#include "commons/directory/desk/desk.hpp"
#include "commons/directory/editions/pages.hpp"
#include "commons/directory/health/pages.hpp"
#include "commons/directory/pages/pages.hpp"
#include "commons/directory/reminders/pages.hpp"
#include "commons/library/pages/agreements.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/library/read.hpp"
#include "commons/network/pages/pages.hpp"
#include "commons/partners/pages/pages.hpp"
#include "commons/resources/pages/pages.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/turnover/turnover.hpp"
#include "commons/updates/pages/pages.hpp"
#include "db/migration.hpp"
#include "embedded/need_tree.hpp"
#include "web/administration.hpp"
#include "web/turnover_pages.hpp"

namespace daybreak::web {

Site::Site(const Clock& clock, Random& random, Log& log)
    : clock_(clock), random_(random), log_(log) {}
Site::~Site() = default;

Result<std::unique_ptr<Site>> Site::open(const SiteOptions& options, const Clock& clock,
                                         Random& random, Log& log) {
  if (!std::filesystem::is_directory(options.data))
    return fail(ErrorKind::kNotFound, "the data directory does not exist", options.data.string(),
                "Give an existing one with --data, or make one with `daybreak init`");
  std::unique_ptr<Site> site(new Site(clock, random, log));
  const std::string url = options.commons_url.empty()
                              ? "sqlite:" + (options.data / "commons.db").string()
                              : options.commons_url;
  site->commons_ = TRY(db::Database::open(url));
  TRY(site->open_trust(options));
  TRY(site->read_settings(options));
  site->gatekeeper_.emplace(*site->commons_, clock);
  site->data_ = options.data;
  if (is_vault_node(options.data)) {
    TRY(site->open_vault_node(options));
    return site;
  }
  TRY(site->open_directory(options));
  TRY(site->open_background());
  TRY(site->open_vaults());
  TRY(site->open_line(options));
  site->add_routes();
  return site;
}

Result<void> Site::open_trust(const SiteOptions& options) {
  TRY(db::migrate(*commons_, modules_of(options.data), clock_));
  key_.emplace(TRY(trust::NodeKey::load_or_create(options.data, random_)));
  const trust::Keeper keeper{*commons_, *key_, clock_, random_};
  members_.emplace(keeper);
  sessions_.emplace(keeper);
  passkeys_.emplace(keeper);
  return {};
}

Result<void> Site::read_settings(const SiteOptions& options) {
  const std::filesystem::path file = options.data / "settings.toml";
  Config config = std::filesystem::exists(file) ? TRY(Config::load(file)) : Config();
  visit::Settings settings = TRY(visit::read_settings(config));
  settings.demonstration = TRY(trust::store_mark(*commons_, "demonstration")).has_value();
  post_ = TRY(mail::read_post(config, options.data));
  for (const std::string& unknown : config.unknown())
    log_.warning("setting", {{"unknown", LoggedText{unknown}}});
  visits_.emplace(*sessions_, *key_, std::move(settings));
  return {};
}

// One search index for each audience, in a folder of its own.
Result<void> Site::open_directory(const SiteOptions& options) {
  directory_.emplace(*commons_, clock_, random_);
  needs_ = std::make_shared<const directory::search::NeedTree>(TRY(
      directory::search::NeedTree::parse(embedded::need_tree().find("needs.csv").value_or(""))));
  const std::filesystem::path folder = options.data / "search";
  const auto open = [&](directory::Audience audience, const char* name) {
    return directory::Catalogue::open(*directory_, std::move(audience), folder / name, needs_,
                                      clock_);
  };
  auto open_to_all =
      std::async(std::launch::async, open, directory::Audience::everyone(), "public");
  task_force_catalogue_ = TRY(open(directory::Audience::task_force(), "task_force"));
  public_catalogue_ = TRY(open_to_all.get());
  give_memory_back();
  partner_catalogues_.emplace(*directory_, folder, needs_, clock_);
  return use_words();
}

Result<void> Site::use_words() {
  auto groups = TRY(directory::desk::words_of_search(*directory_));
  public_catalogue_->set_synonyms(groups);
  task_force_catalogue_->set_synonyms(groups);
  partner_catalogues_->set_synonyms(std::move(groups));
  return {};
}

directory::pages::Desk Site::finder() {
  return {*visits_,
          *directory_,
          *public_catalogue_,
          *task_force_catalogue_,
          *partner_catalogues_,
          *gatekeeper_,
          clock_,
          [this](const Error& error) {
            log_.error("directory", {{"error", LoggedText{error.describe()}}});
          },
          [this](const Uuid& gone) { return directory::desk::merged_into(*directory_, gone); }};
}

void Site::add_directory_routes() {
  directory::pages::add_public_routes(router_, finder());
  directory::api::add_routes(router_, *public_catalogue_);
  dashboard_ = std::make_unique<directory::health::Dashboard>(*directory_, needs_);
  directory::health::add_routes(router_, {*visits_, *dashboard_, *gatekeeper_, clock_});
  directory::editions::add_routes(router_, {*visits_, *editions_, *needs_,
                                            [this]() -> std::vector<std::uint32_t> {
                                              const auto snapshot = dashboard_->look();
                                              return snapshot ? (*snapshot)->counties
                                                              : std::vector<std::uint32_t>();
                                            },
                                            *gatekeeper_, clock_});
  boards_.emplace(*task_force_catalogue_, clock_);
  directory::board::add_routes(router_,
                               {*visits_, *task_force_catalogue_, *boards_, *members_, clock_});
  directory::reminders::add_routes(router_, *visits_, *directory_, *reminders_);
  directory::desk::add_routes(
      router_, {*visits_, *directory_, *members_, *gatekeeper_, public_catalogue_->needs(), clock_,
                random_, data_, [this] {
                  if (const auto used = use_words(); !used)
                    log_.error("words", {{"error", LoggedText{used.error().message}}});
                }});
}

// The counties of each task force of the network, for the choice of a region.
static std::vector<threat::desk::TaskForceArea> areas_of(network::Network& network) {
  std::vector<threat::desk::TaskForceArea> areas;
  const auto coverage = network.coverage();
  if (!coverage) return areas;
  for (const network::TaskForce& one : coverage->task_forces) {
    areas.push_back({one.id.to_string(), one.name, {}});
    for (const geography::CountyFips county : one.area)
      areas.back().counties.push_back(county.number());
  }
  return areas;
}

void Site::prepare_router() {
  router_.set_languages({"en", "es"});
  router_.add_step(visits_->step());
  router_.set_authorizer(visits_->authorizer());
  router_.set_error_page(
      [this](const http::Request& request, http::Status status, std::string_view detail) {
        return visits_->error_page(request, status, detail);
      });
  router_.on_bug = [this](const http::Request& request, std::string_view what) {
    // What a bug says may quote data: its place in the log is the id, its text stays out.
    log_.error("bug", {{"id", LoggedText{request.id()}}, {"bytes", what.size()}});
  };
  add_health_route(router_, *commons_);
  add_asset_routes(router_);
  add_home_routes(router_, *visits_);
  add_about_routes(router_, *visits_);
}

void Site::add_account_pages() {
  add_sign_in_routes(router_, *visits_, *sessions_, *passkeys_);
  add_set_up_routes(router_, *visits_, *members_);
  add_today_routes(router_, *visits_);
  add_account_routes(router_, *visits_, *passkeys_, clock_);
}

void Site::add_routes() {
  prepare_router();
  add_account_pages();
  add_directory_routes();
  const library::pages::Desk library_desk{*visits_, *facts_, *network_, *editions_of_documents_,
                                          clock_};
  library::pages::add_public_routes(router_, library_desk);
  library::pages::add_change_routes(router_, library_desk);
  library::pages::add_fact_routes(router_, library_desk);
  library::pages::add_document_routes(router_, library_desk);
  library::pages::add_agreement_routes(
      router_, {*visits_, *drafts_, *editions_of_documents_, *network_, *members_});
  threat::desk::add_routes(
      router_, {*visits_, *assessments_, *focus_areas_, *employer_review_, *members_, *dashboard_,
                clock_, [this] { return areas_of(*network_); }, trust::DocumentSigner(*key_)});
  const updates::pages::Desk news_desk{*visits_, *updates_, *members_, clock_};
  updates::pages::add_reading_routes(router_, news_desk);
  updates::pages::add_subscribing_routes(router_, news_desk);
  updates::pages::add_desk_routes(router_, news_desk);
  const resources::pages::Desk resources_desk{*visits_, *resources_, library::built_in_library(),
                                              *updates_};
  resources::pages::add_public_routes(router_, resources_desk);
  resources::pages::add_desk_routes(router_, resources_desk);
  add_vault_routes();
  network::pages::add_public_routes(router_, {*visits_, *network_, *members_});
  network::pages::add_desk_routes(router_, {*visits_, *network_, *members_});
  const Administration administration{*visits_,  *members_, *gatekeeper_,
                                      *commons_, *queue_,   clock_};
  add_administration_routes(router_, administration);
  open_partners();
  partners::pages::add_routes(router_, {*visits_, *partners_});
  open_turnover();
  add_turnover_routes(router_, administration, *turnover_);
  if (visits_->settings().demonstration) add_style_guide_routes(router_, *visits_);
}

void add_health_route(http::Router& router, db::Database& commons) {
  router.get("/health", http::Access::anyone(), [&commons](http::Request&) {
    const auto read =
        commons.read([](db::Connection& connection) { return connection.query("SELECT 1", {}); });
    if (!read || commons.stopped())
      return http::Response::json("{\"status\":\"unavailable\"}\n", http::Status::kUnavailable);
    return http::Response::json("{\"status\":\"ok\"}\n");
  });
}

}  // namespace daybreak::web
