// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/site.hpp"

namespace daybreak::web {

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
  site->add_routes();
  return site;
}

void Site::add_routes() {
  router_.set_languages({"en", "es"});
  router_.set_error_page(error_page);
  router_.on_bug = [this](const http::Request& request, std::string_view what) {
    // What a bug says may quote data: its place in the log is the id, its text stays out.
    log_.error("bug", {{"id", LoggedText{request.id()}}, {"bytes", what.size()}});
  };
  add_health_route(router_, *commons_);
  add_home_routes(router_);
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
