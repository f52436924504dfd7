// SPDX-License-Identifier: AGPL-3.0-or-later
// The site: what a node serves over HTTP. It owns the stores and services that handlers use and
// gathers the routes of all modules. Built by one thread at start; its router is then immutable. A
// module takes what it needs in its own add_routes(router, …); it never sees this file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "html/page.hpp"
#include "http/router.hpp"

namespace daybreak::web {

struct SiteOptions {
  std::filesystem::path data;  // the data directory; must exist
  std::string commons_url;     // empty: SQLite in the data directory
};

class Site {
 public:
  // Opens the stores and brings them to the newest form. `clock`, `random` and `log` must outlive
  // it.
  static Result<std::unique_ptr<Site>> open(const SiteOptions& options, const Clock& clock,
                                            Random& random, Log& log);

  const http::Router& router() const { return router_; }
  db::Database& commons() { return *commons_; }

 private:
  Site(const Clock& clock, Random& random, Log& log) : clock_(clock), random_(random), log_(log) {}
  void add_routes();

  [[maybe_unused]] const Clock& clock_;
  [[maybe_unused]] Random& random_;
  Log& log_;
  std::unique_ptr<db::Database> commons_;
  http::Router router_;
};

// "/health" for the operator's monitor: 200 while the stores read and write, else 503.
void add_health_route(http::Router& router, db::Database& commons);
// What the pages of a request share.
html::Shell shell_of(const http::Request& request);
// "/", "/leave" and "/assets/…".
void add_home_routes(http::Router& router);
// The page of an error that no handler answered.
http::Response error_page(const http::Request& request, http::Status status,
                          std::string_view detail);

}  // namespace daybreak::web
