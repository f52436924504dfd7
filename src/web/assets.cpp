// SPDX-License-Identifier: AGPL-3.0-or-later
// Styles, scripts, fonts and the style guide: what no person's data ever touches.
#include "html/asset.hpp"
#include "html/gallery.hpp"
#include "http/static_files.hpp"
#include "web/site.hpp"

namespace daybreak::web {

void add_asset_routes(http::Router& router) {
  router.get("/assets/{name}", http::Access::anyone(),
             [](http::Request& request) {
               const auto asset = html::find_asset(request.parameter("name"));
               if (!asset) return http::Response::empty(http::Status::kNotFound);
               const bool packed =
                   !asset->gzip.empty() &&
                   http::accepts_gzip(request.header("Accept-Encoding").value_or(""));
               http::Response response = http::Response::of_static(
                   std::string(asset->media_type), packed ? asset->gzip : asset->content);
               if (packed) response.set("Content-Encoding", "gzip");
               response.set("Vary", "Accept-Encoding");
               return response;
             },
             {.caching = http::Caching::kImmutable,
              .runs_on = http::RunsOn::kInline,
              .summary = "Styles, scripts and fonts"});
}

void add_style_guide_routes(http::Router& router, visit::Visits& visits) {
  router.get("/styleguide", http::Access::anyone(), [](http::Request& request) {
    return visit::redirect(request, "/styleguide/content");
  });
  router.get("/styleguide/{page}", http::Access::anyone(), [&visits](http::Request& request) {
    for (const std::string& name : html::gallery_pages()) {
      if (name == request.parameter("page"))
        return http::Response::html(html::gallery_page(name, visits.shell(request)));
    }
    return http::Response::empty(http::Status::kNotFound);
  });
}

}  // namespace daybreak::web
