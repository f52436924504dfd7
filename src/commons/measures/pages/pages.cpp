// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/measures/pages/pages.hpp"

#include <algorithm>
#include <map>

#include "base/csv.hpp"
#include "html/components.hpp"
#include "visit/lists.hpp"

namespace daybreak::measures::pages {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using Translate = language::Words;

constexpr std::string_view kPath = "/measures";

Wanted wanted_of(const Request& request) {
  Wanted wanted{.measure = request.query().get("measure").raw(),
                .period = request.query().get("period").raw(),
                .organization = {}};
  if (const auto one = trust::OrganizationId::parse(request.query().get("organization").raw()))
    wanted.organization = *one;
  return wanted;
}

std::string name_of(const Desk& desk, Translate t, trust::OrganizationId id) {
  const auto found = desk.members.find_organization(id);
  return found && *found ? (*found)->name : std::string(t("Another organization"));
}

// The names of a list: each organization is asked for once.
class Names {
 public:
  Names(const Desk& desk, Translate t) : desk_(desk), t_(t) {}
  const std::string& of(trust::OrganizationId id) {
    const auto [found, is_new] = known_.try_emplace(id);
    if (is_new) found->second = name_of(desk_, t_, id);
    return found->second;
  }

 private:
  const Desk& desk_;
  Translate t_;
  std::map<trust::OrganizationId, std::string> known_;
};

Href address_of(std::string_view path, const Wanted& wanted) {
  return Href(path)
      .with("measure", wanted.measure)
      .with("period", wanted.period)
      .with("organization", wanted.organization ? wanted.organization->to_string() : "");
}

// "sort=-period": by that column, backwards; else as they come.
std::vector<StoredTable> sorted(std::vector<StoredTable> all, const Request& request,
                                Names& names) {
  const auto sorting = visit::sorting_of(request, kPath, "");
  const auto by = [&](auto&& value) {
    std::ranges::stable_sort(all, {}, value);
    if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(all);
  };
  if (sorting.key == "measure") by([](const StoredTable& one) { return one.table.measure; });
  if (sorting.key == "period") by([](const StoredTable& one) { return one.table.period; });
  if (sorting.key == "organization")
    by([&](const StoredTable& one) { return names.of(one.table.organization); });
  if (sorting.key == "received") by([](const StoredTable& one) { return one.sent_at; });
  return all;
}

std::string measure_words(Translate t, std::string_view code) {
  const Measure* measure = MeasureList::built_in().find(code);
  return std::string(measure == nullptr ? code : words_in(t, measure->words));
}

void write_filter(Markup& out, const Desk& desk, const std::vector<StoredTable>& all,
                  const Wanted& wanted) {
  const Translate t = out.words();
  std::vector<html::Option> measures, periods, organizations;
  for (const Measure& one : MeasureList::built_in().all())
    measures.push_back({.value = one.code,
                        .label = std::string(words_in(t, one.words)),
                        .selected = one.code == wanted.measure});
  for (const StoredTable& one : all) {
    const auto has = [](const std::vector<html::Option>& options, const std::string& value) {
      return std::any_of(options.begin(), options.end(),
                         [&](const html::Option& option) { return option.value == value; });
    };
    if (!has(periods, one.table.period))
      periods.push_back({.value = one.table.period,
                         .label = one.table.period,
                         .selected = one.table.period == wanted.period});
    const std::string id = one.table.organization.to_string();
    if (!has(organizations, id))
      organizations.push_back({.value = id,
                               .label = name_of(desk, t, one.table.organization),
                               .selected = wanted.organization == one.table.organization});
  }
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "measure", .label = t("Measure")},
                       .options = measures,
                       .empty_choice = t("Any")});
    html::select(out, {.words = {.name = "period", .label = t("Quarter")},
                       .options = periods,
                       .empty_choice = t("Any")});
    html::select(out, {.words = {.name = "organization", .label = t("Organization")},
                       .options = organizations,
                       .empty_choice = t("Any")});
    html::button(out, {.text = t("Show")});
  });
}

Response list_page(const Desk& desk, const Request& request) {
  const Translate t(visit::language_of(request));
  const Wanted wanted = wanted_of(request);
  const auto all = desk.measures.newest(visit::actor_of(request), {});
  if (!all) return desk.visits.failure(request, all.error(), "/today");
  const auto shown = desk.measures.newest(visit::actor_of(request), wanted);
  if (!shown) return desk.visits.failure(request, shown.error(), "/today");
  return desk.visits.page(
      request, {.title = t("Numbers from partners"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        html::lead(out, t("Signed counts. Numbers from 1 to 10, and what would give them away, "
                          "stayed with whoever counted. Organizations serve the same people: do "
                          "not add them up."));
        if (all->empty())
          return html::empty_state(
              out, {.title = t("No organization has sent numbers yet"),
                    .what_to_do = t("A partner's advocate or account steward sends them under "
                                    "Numbers, after each quarter.")});
        Names names(desk, t);
        write_filter(out, desk, *all, wanted);
        html::table(out,
                    {.caption = t("Newest versions"),
                     .columns = {{t("Measure"), html::Align::kLeft, "measure"},
                                 {t("Quarter"), html::Align::kLeft, "period"},
                                 {t("Organization"), html::Align::kLeft, "organization"},
                                 {t("Total"), html::Align::kRight},
                                 {t("Version"), html::Align::kRight},
                                 {t("Received"), html::Align::kLeft, "received"}},
                     .sorting = visit::sorting_of(request, address_of(kPath, wanted), "")},
                    [&](html::Rows& rows) {
                      for (const StoredTable& one : sorted(*shown, request, names)) {
                        rows.row();
                        rows.link(measure_words(t, one.table.measure),
                                  Href(kPath) / one.id.to_string());
                        rows.cell(one.table.period);
                        rows.cell(names.of(one.table.organization));
                        rows.cell(count_words(t, one.table.total));
                        rows.number(one.table.version);
                        rows.cell(format_instant(one.sent_at).substr(0, 10));
                      }
                    });
        html::paragraph(out, [&] {
          html::link(out, t("Download as a table (CSV)"), address_of("/measures.csv", wanted));
        });
      });
}

void write_key(Markup& out, const Request& request, const StoredTable& one,
               const std::string& key) {
  const Translate t = out.words();
  html::section(out, 2, t("Signed with"), [&] {
    html::paragraph(out, key.substr(0, 32));
    html::paragraph(out, t("Tables of this organization signed with another key are refused. When "
                           "they made new keys, speak with them first."));
    html::post_form(
        out,
        {.action = Href(kPath) / "keys" / one.table.organization.to_string(),
         .csrf_token = visit::csrf_of(request),
         .label = t("Forget this key")},
        [&] {
          html::button(out, {.text = t("Forget this key"), .kind = html::ButtonKind::kSecondary});
        });
  });
}

Response table_page(const Desk& desk, const Request& request) {
  const Translate t(visit::language_of(request));
  const auto all = desk.measures.newest(visit::actor_of(request), {});
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  const TableId id(request.uuid_parameter("id"));
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const StoredTable& one) { return one.id == id; });
  if (found == all->end()) return desk.visits.error_page(request, http::Status::kNotFound, {});
  const Measure* measure = MeasureList::built_in().find(found->table.measure);
  const auto key = desk.measures.key_of(visit::actor_of(request), found->table.organization);
  return desk.visits.page(request,
                          {.title = measure_words(t, found->table.measure),
                           .audience = html::Audience::kStaff,
                           .crumbs = {{std::string(t("Numbers from partners")), Href(kPath)}}},
                          [&](Markup& out) {
                            html::description_list(out, [&](html::Descriptions& list) {
                              list.add(t("Organization"),
                                       name_of(desk, t, found->table.organization));
                              list.add(t("Quarter"), found->table.period);
                              if (measure == nullptr) return;
                              list.add(t("What is counted"), words_in(t, measure->definition));
                              list.add(t("Source"), measure->source);
                            });
                            write_counts(out, found->table, t("Counts"));
                            if (key && !key->empty()) write_key(out, request, *found, *key);
                          });
}

Response forget_key(const Desk& desk, const Request& request) {
  const trust::OrganizationId id(request.uuid_parameter("id"));
  const auto done = desk.measures.forget_key(visit::actor_of(request), id);
  if (!done) return desk.visits.failure(request, done.error(), kPath);
  return visit::redirect(request, kPath);
}

Response list_csv(const Desk& desk, const Request& request) {
  const auto all = desk.measures.newest(visit::actor_of(request), wanted_of(request), "export");
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  const Translate t(language::Language::kEnglish);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"organization_id", "organization", "measure", "period", "version", "code", "count"});
  for (const StoredTable& one : *all) {
    auto cells = one.table.cells;
    cells.push_back({"total", one.table.total});
    for (const Cell& cell : cells)
      csv.row({one.table.organization.to_string(), name_of(desk, t, one.table.organization),
               one.table.measure, one.table.period, std::to_string(one.table.version), cell.code,
               cell.count ? std::to_string(*cell.count) : std::string("withheld")});
  }
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("measures.csv");
  return response;
}

}  // namespace

std::string_view words_in(Translate t, const Words& words) {
  return t.language() == language::Language::kSpanish ? words.es : words.en;
}

std::string count_words(Translate t, const std::optional<std::int64_t>& count) {
  return count ? std::to_string(*count) : std::string(t("withheld"));
}

void write_counts(Markup& out, const CountTable& table, std::string_view caption) {
  const Translate t = out.words();
  const Measure* measure = MeasureList::built_in().find(table.measure);
  const auto label = [&](std::string_view code) -> std::string {
    if (measure != nullptr)
      for (const MeasureCode& one : measure->codes)
        if (one.code == code) return std::string(words_in(t, one.words));
    return std::string(code);
  };
  html::table(out,
              {.caption = caption, .columns = {{t("What")}, {t("Count"), html::Align::kRight}}},
              [&](html::Rows& rows) {
                for (const Cell& cell : table.cells) {
                  rows.row();
                  rows.cell(label(cell.code));
                  rows.cell(count_words(t, cell.count));
                }
                rows.row();
                rows.cell(t("Total"));
                rows.cell(count_words(t, table.total));
              });
}

void add_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  desk.visits.add_menu_item({.label = language::to_translate("Numbers from partners"),
                             .path = std::string(kPath),
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 47,
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has(trust::Role::kCoordinator);
                             }});
  router.get("/measures", Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request); });
  router.get("/measures.csv", Access::signed_in(),
             [desk](Request& request) { return list_csv(desk, request); });
  router.get("/measures/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return table_page(desk, request); });
  router.post("/measures/keys/{id:uuid}", Access::signed_in(),
              [desk](Request& request) { return forget_key(desk, request); });
}

}  // namespace daybreak::measures::pages
