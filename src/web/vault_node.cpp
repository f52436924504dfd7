// SPDX-License-Identifier: AGPL-3.0-or-later
// A vault's own node: signing in, the vault, referrals, releases and counts of the organisations on
// this machine, and a line out to their commons. No directory, no page of the commons.
#include <fcntl.h>
#include <unistd.h>

#include "commons/measures/measures.hpp"
#include "commons/turnover/turnover.hpp"
#include "gates/desk/gates_desk.hpp"
#include "gates/post/telling.hpp"
#include "gates/post/vault_post.hpp"
#include "line/elsewhere/elsewhere.hpp"
#include "trust/migrations.hpp"
#include "vault/keeping/keeping.hpp"
#include "vault/releases/releases.hpp"
#include "web/administration.hpp"
#include "web/site.hpp"
#include "web/turnover_pages.hpp"
#include "web/vaults.hpp"

namespace daybreak::web {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRoleFile = "vault.role";
constexpr std::string_view kHour = "node.hour";

std::vector<db::ModuleMigrations> vault_node_modules() {
  auto modules = trust::commons_migrations();
  modules.push_back(jobs::migrations());
  modules.push_back(referrals::migrations());
  modules.push_back(measures::migrations());
  modules.push_back(line::migrations());
  modules.push_back(line::elsewhere::migrations());
  modules.push_back(turnover::migrations());
  return modules;
}

// Says that the line is down only when there is something to do about it.
int write_line_state(const gates::post::LineState& state, html::Markup& out) {
  if (state.connected || state.waiting == 0) return 0;
  const language::Words t = out.words();
  html::alert(out, {.kind = html::AlertKind::kWarning,
                    .text = t.plural("{0} message waits for it. Nothing is lost: it goes when the "
                                     "line is back. If it is urgent, call the other side.",
                                     "{0} messages wait for it. Nothing is lost: they go when the "
                                     "line is back. If it is urgent, call the other side.",
                                     state.waiting),
                    .title = t("The line to the task force is down")});
  return 1;
}

}  // namespace

bool is_vault_node(const fs::path& data) { return fs::exists(data / kRoleFile); }

Result<void> mark_vault_node(const fs::path& data) {
  std::error_code error;
  fs::create_directories(data, error);
  const int file = ::open((data / kRoleFile).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const bool good = file >= 0 && ::write(file, "vault\n", 6) == 6 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!good) return fail(ErrorKind::kUnavailable, "cannot make the data directory", data.string());
  return {};
}

Result<void> take_organization_of_vault(trust::Node& node, const trust::Organization& organization,
                                        Instant now) {
  return node.commons().write([&](db::Connection& connection) {
    return line::elsewhere::take_organizations(connection, {organization}, now);
  });
}

std::vector<db::ModuleMigrations> modules_of(const fs::path& data) {
  return is_vault_node(data) ? vault_node_modules() : commons_modules();
}

Result<void> Site::open_vault_node(const SiteOptions& options) {
  queue_.emplace(*commons_, clock_);
  gates_.reset(new gates::Gates{
      .vaults = {data_, vault_modules(), clock_, random_, &log_},
      .unlocks = vault::Unlocks(clock_),
      .referrals = {*commons_, clock_, gates::post::tell_commons_of_referrals(clock_, random_)},
      .measures = {*commons_, clock_, random_,
                   gates::post::tell_commons_of_measures(clock_, random_)}});
  gates_->vaults.when_opened(vault::releases::check_opened);
  TRY(gates_->vaults.check_walls());
  const auto next_hour = [this](db::Connection& connection, std::optional<Instant> at) {
    return jobs::enqueue(
               connection,
               {.kind = std::string(kHour), .run_at = at, .unique_key = std::string(kHour)}, clock_,
               random_)
        .map([](const auto&) {});
  };
  // Cases are handed over in the vault; nothing of the commons is looked after here.
  turnover_ = std::make_unique<turnover::Turnover>(*commons_, clock_, random_, *members_,
                                                   std::vector<turnover::Holder>());
  queue_->handle(std::string(kHour), [this, next_hour](jobs::RunningJob& job) -> Result<void> {
    TRY(sessions_->remove_ended());
    TRY(members_->disable_unused(trust::Actor::system("job:night")));
    TRY(queue_->remove_done());
    TRY(gates_->tidy());
    TRY(remind_of_review(*turnover_, post_, visits_->settings(), clock_, random_));
    return job.finish([&](db::Connection& connection) -> Result<void> {
      TRY(line::forget_taken(connection, clock_.now() - gates::kRemembered));
      return next_hour(connection, clock_.now() + std::chrono::hours(1));
    });
  });
  TRY(commons_->write(
      [&](db::Connection& connection) { return next_hour(connection, std::nullopt); }));
  auto post = std::make_unique<gates::post::VaultPost>(post_end(), *key_);
  gates_->releases.reach(*post);
  const auto own = TRY(line::Identity::load_or_create(data_));
  post->connect({TRY(line::address_from(options.line_to)), TRY(line::pin_from(options.line_pin))},
                own);
  line_words_ = "A vault's own node; its pin is " + own.pin;
  visits_->add_today_part([line = post.get()](const trust::Session&, html::Markup& out) {
    return write_line_state(line->state(), out);
  });
  gates_->post = std::move(post);
  add_vault_node_routes();
  return {};
}

void Site::add_vault_node_routes() {
  prepare_router();
  add_account_pages();
  watch_audit();
  const vault::desk::Desk desk = vault_desk();
  vault::desk::add_routes(router_, desk);
  vault::keeping::add_routes(router_, desk);
  gates::desk::add_routes(router_, {desk, gates_->releases, gates_->referral_gate,
                                    gates_->referrals, std::nullopt, nullptr, gates_->aggregates});
  const Administration administration{*visits_,  *members_, *gatekeeper_,
                                      *commons_, *queue_,   clock_};
  add_administration_routes(router_, administration);
  add_turnover_routes(router_, administration, *turnover_);
}

}  // namespace daybreak::web
