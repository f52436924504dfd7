// SPDX-License-Identifier: AGPL-3.0-or-later
// What belongs to no module: the first page, the way out, styles and scripts.
#include "html/asset.hpp"
#include "html/components.hpp"
#include "http/security_headers.hpp"
#include "http/static_files.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

// Where "Leave this site" leads: a page that says nothing about the one left.
constexpr std::string_view kElsewhere = "https://www.weather.gov/";

http::Response show_home(const http::Request& request) {
  const html::Shell shell = shell_of(request);
  const language::Words t(shell.language);
  return http::Response::html(
      html::page(shell, {.title = t("Find help near you")}, [&](html::Markup& out) {
        html::lead(
            out,
            t("Services for housing, legal help, work, health and safety. You need no account."));
      }));
}

http::Response leave(const http::Request&) {
  http::Response response(http::Status::kSeeOther);
  response.set("Location", kElsewhere);
  http::clear_site_data(response);
  return response;
}

http::Response show_asset(const http::Request& request) {
  const auto asset = html::find_asset(request.parameter("name"));
  if (!asset) return http::Response(http::Status::kNotFound);
  const bool packed =
      !asset->gzip.empty() && http::accepts_gzip(request.header("Accept-Encoding").value_or(""));
  http::Response response = http::Response::of_static(std::string(asset->media_type),
                                                      packed ? asset->gzip : asset->content);
  if (packed) response.set("Content-Encoding", "gzip");
  if (!asset->gzip.empty()) response.set("Vary", "Accept-Encoding");
  return response;
}

}  // namespace

html::Shell shell_of(const http::Request& request) {
  html::Shell shell;
  shell.language =
      language::parse_language(request.language()).value_or(language::Language::kEnglish);
  shell.path = request.path();
  shell.language_switch = request.method() == http::Method::kGet;
  return shell;
}

void add_home_routes(http::Router& router) {
  const auto anyone = http::Access::anyone();
  router.get("/", anyone, show_home);
  router.get("/leave", anyone, leave, {.runs_on = http::RunsOn::kInline});
  router.get("/assets/{name:rest}", anyone, show_asset,
             {.caching = http::Caching::kImmutable, .runs_on = http::RunsOn::kInline});
}

}  // namespace daybreak::web
