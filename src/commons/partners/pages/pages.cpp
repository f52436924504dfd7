// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/partners/pages/pages.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "visit/lists.hpp"

namespace daybreak::partners::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kStaffPage("/partner-pages");

// Nothing but the one style sheet inside the page, and any site may show it.
std::string policy_for(std::string_view html) {
  const std::size_t start = html.find("'sha256-");
  const std::size_t end = start == std::string_view::npos ? start : html.find('\'', start + 1);
  const std::string_view hash =
      end == std::string_view::npos ? "'none'" : html.substr(start, end + 1 - start);
  return fmt::format(
      "default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'; frame-ancestors *",
      hash);
}

Response show(const Desk& desk, const Request& request) {
  const auto page = desk.partners.find(request.uuid_parameter("id"));
  if (!page) return desk.visits.refusal(request, Status::kNotFound);
  const auto document = desk.partners.document(*page, visit::language_of(request));
  auto text = document ? doc::to_html(*document)
                       : Result<std::string>(tl::make_unexpected(document.error()));
  if (!text) return desk.visits.refusal(request, Status::kUnavailable);
  const std::string policy = policy_for(*text);
  // Links lead out of the frame: our other pages stand in nobody's.
  std::string whole = replace_all(*text, "<head>\n", "<head>\n<base target=\"_blank\">\n");
  Response response = Response::html(std::move(whole));
  response.set("Content-Security-Policy", policy);
  return response;
}

Response print(const Desk& desk, const Request& request) {
  const auto page = desk.partners.find(request.uuid_parameter("id"));
  if (!page) return desk.visits.refusal(request, Status::kNotFound);
  const auto document = desk.partners.document(*page, visit::language_of(request));
  const auto pdf = document ? doc::to_pdf(*document)
                            : Result<std::string>(tl::make_unexpected(document.error()));
  if (!pdf) return desk.visits.refusal(request, Status::kUnavailable);
  Response response = Response::of("application/pdf", *pdf);
  response.as_download("help-here.pdf");
  return response;
}

struct Typed {
  std::string name, county;
};

void write_table(Markup& out, const Desk& desk, const Request& request,
                 const std::vector<PartnerPage>& all) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Partner pages"),
       .columns = {{t("Organization")}, {t("County")}, {t("Embed")}, {t("Print")}, {t("Change")}},
       .caption_hidden = true},
      [&](html::Rows& rows) {
        for (const PartnerPage& page : all) {
          const network::Place* place = network::find_place(page.county);
          const std::string path = "/partners/" + page.id.to_string();
          rows.row();
          rows.link(page.name, Href(path));
          rows.cell(place == nullptr ? std::string("–")
                                     : fmt::format("{}, {}", place->name, place->state));
          rows.cell([&] {
            out.element("code", {},
                        fmt::format("<iframe src=\"{}{}\" title=\"{}\" loading=\"lazy\"></iframe>",
                                    desk.visits.settings().url, path, t("Help here")));
          });
          rows.link(t("PDF: {0}", {page.name}), Href(path) / "print");
          rows.cell([&] {
            html::action_button(out, {.action = kStaffPage / page.id.to_string(),
                                      .csrf_token = visit::csrf_of(request),
                                      .text = t("Remove: {0}", {page.name}),
                                      .kind = html::ButtonKind::kOutline});
          });
        }
      });
}

Response staff(const Desk& desk, const Request& request, const Typed& typed = {},
               std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const auto all = desk.partners.list(visit::actor_of(request));
  if (!all) return desk.visits.failure(request, all.error(), kStaffPage);
  html::Page page{.title = t("Partner pages"), .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Network register")), Href("/network-desk")}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out, t("A county's hotlines, task forces and services under a partner's "
                               "name: shown inside the partner's own site, or printed. It sets no "
                               "cookie, runs no script and keeps nothing of who looks."));
        if (all->empty())
          html::empty_state(
              out, {.title = t("No partner has a page yet"), .what_to_do = t("Add one below.")});
        else
          write_table(out, desk, request, *all);
        html::section(out, 2, t("Add a partner page"), [&] {
          html::post_form(
              out,
              {.action = kStaffPage,
               .csrf_token = visit::csrf_of(request),
               .label = t("Add a partner page")},
              [&] {
                html::text_input(out, {.words = {.name = "name",
                                                 .label = t("Name of the organization"),
                                                 .error = html::error_of(errors, "name")},
                                       .value = typed.name});
                html::text_input(out, {.words = {.name = "county",
                                                 .label = t("County"),
                                                 .hint = t("Such as Erie, NY, or its FIPS code."),
                                                 .error = html::error_of(errors, "county")},
                                       .value = typed.county});
                html::button(out, {.text = t("Add")});
              });
        });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response add(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const Typed typed{visit::text_of(request, "name"), visit::text_of(request, "county")};
  const auto area = network::parse_area(typed.county);
  std::vector<html::FieldError> errors;
  if (!area || area->size() != 1)
    errors.push_back({"county", std::string(t("Give one county, such as Erie, NY."))});
  if (errors.empty()) {
    const auto added = desk.partners.add(visit::actor_of(request), typed.name, area->front());
    if (added) return visit::redirect(request, kStaffPage);
    if (added.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, added.error(), kStaffPage);
    errors.push_back({"name", std::string(t("Write 1 to 150 characters."))});
  }
  return staff(desk, request, typed, errors);
}

}  // namespace

void add_routes(http::Router& router, const Desk& desk) {
  router.get("/partners/{id:uuid}", Access::anyone(),
             [desk](Request& request) { return show(desk, request); },
             {.may_be_embedded = true, .summary = "A county's page under a partner's name"});
  router.get("/partners/{id:uuid}/print", Access::anyone(),
             [desk](Request& request) { return print(desk, request); },
             {.summary = "The same to print"});
  router.get("/partner-pages", Access::signed_in(),
             [desk](Request& request) { return staff(desk, request); },
             {.summary = "Pages that partners show"});
  router.post("/partner-pages", Access::signed_in(),
              [desk](Request& request) { return add(desk, request); },
              {.summary = "Adds a partner page"});
  router.post("/partner-pages/{id:uuid}", Access::signed_in(),
              [desk](Request& request) {
                const auto done =
                    desk.partners.remove(visit::actor_of(request), request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), kStaffPage);
                return visit::redirect(request, kStaffPage);
              },
              {.summary = "Removes a partner page"});
}

}  // namespace daybreak::partners::pages
