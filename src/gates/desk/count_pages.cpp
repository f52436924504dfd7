// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers: looking at exactly what would leave the vault, sending it signed, taking it back.
#include "commons/measures/pages/pages.hpp"
#include "gates/desk/gates_desk.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using measures::CountTable;
using measures::Measure;
using measures::MeasureList;
using vault::Work;

constexpr std::string_view kPath = "/vault/counts";

std::string measure_words(Words t, std::string_view code) {
  const Measure* measure = MeasureList::built_in().find(code);
  return std::string(measure == nullptr ? code : measures::pages::words_in(t, measure->words));
}

// The last eight quarters that are over, the newest first.
std::vector<std::string> quarters_before(Date today) {
  std::vector<std::string> all;
  auto month = std::chrono::year_month(today.year(), today.month());
  for (int i = 0; i < 8; ++i) {
    month -= std::chrono::months(3);
    all.push_back(measures::quarter_with(Date(month / std::chrono::day(1))));
  }
  return all;
}

void write_choice(Markup& out, const GatesDesk& desk, const std::string& measure,
                  const std::string& period) {
  const Words t = out.words();
  std::vector<html::Option> codes, quarters;
  for (const Measure& one : MeasureList::built_in().all())
    codes.push_back({.value = one.code,
                     .label = std::string(measures::pages::words_in(t, one.words)),
                     .selected = one.code == measure});
  for (const std::string& one : quarters_before(vault::desk::today(desk.vault.clock)))
    quarters.push_back({.value = one, .label = one, .selected = one == period});
  html::get_form(out, {.action = kPath, .label = t("What to count")}, [&] {
    html::select(out, {.words = {.name = "measure", .label = t("Measure")}, .options = codes});
    html::select(out, {.words = {.name = "period", .label = t("Quarter")}, .options = quarters});
    html::button(out, {.text = t("Count, and show what would leave")});
  });
}

void write_send(Markup& out, const Request& request, const CountTable& table) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = Href(kPath) / "send", .csrf_token = visit::csrf_of(request), .label = t("Send")},
      [&] {
        html::hidden_field(out, "measure", table.measure);
        html::hidden_field(out, "period", table.period);
        html::hidden_field(out, "seen", table.write());
        html::button(out, {.text = t("Sign and send these numbers")});
      });
}

void write_preview(Markup& out, const Request& request, const CountTable& table) {
  const Words t = out.words();
  const Measure& measure = *MeasureList::built_in().find(table.measure);
  html::section(out, 2, t("Exactly this would leave"), [&] {
    html::paragraph(out, measures::pages::words_in(t, measure.definition));
    html::paragraph(out, t("Source: {0}", {measure.source}));
    measures::pages::write_counts(
        out, table,
        t("{0}, {1}, version {2}",
          {measure_words(t, table.measure), table.period, std::to_string(table.version)}));
    html::paragraph(out, t("Numbers from 1 to 10 stay here, and so does whatever would give them "
                           "away. No name, no date and no word goes with them."));
    write_send(out, request, table);
  });
}

void write_sent(Markup& out, const GatesDesk& desk, const Request& request,
                const std::vector<measures::StoredTable>& sent) {
  const Words t = out.words();
  html::section(out, 2, t("Sent so far"), [&] {
    if (sent.empty()) return html::paragraph(out, t("Nothing yet."));
    vault::desk::MemberNames names(desk.vault, t);
    html::table(
        out,
        {.caption = t("Sent so far"),
         .columns = {{t("Measure")},
                     {t("Quarter")},
                     {t("Version"), html::Align::kRight},
                     {t("Total"), html::Align::kRight},
                     {t("By")},
                     {t("When")},
                     {t("Take back")}},
         .caption_hidden = true},
        [&](html::Rows& rows) {
          for (const auto& one : sent) {
            rows.row();
            rows.link(
                measure_words(t, one.table.measure),
                Href(kPath).with("measure", one.table.measure).with("period", one.table.period));
            rows.cell(one.table.period);
            rows.number(one.table.version);
            rows.cell(one.table.withdrawn ? std::string(t("withdrawn"))
                                          : measures::pages::count_words(t, one.table.total));
            rows.cell(names.of(one.sent_by));
            rows.cell(vault::desk::time_words(t, one.sent_at));
            rows.cell([&] {
              if (one.table.withdrawn) {
                out.text("—");
                return;
              }
              html::post_form(out,
                              {.action = Href(kPath) / "withdraw",
                               .csrf_token = visit::csrf_of(request),
                               .label = t("Take back")},
                              [&] {
                                html::hidden_field(out, "measure", one.table.measure);
                                html::hidden_field(out, "period", one.table.period);
                                html::button(out, {.text = t("Take back"),
                                                   .kind = html::ButtonKind::kSecondary});
                              });
            });
          }
        });
  });
}

Response counts_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const std::string measure = request.query().get("measure").raw();
    const std::string period = request.query().get("period").raw();
    const auto sent = desk.aggregates.sent(work);
    if (!sent) return desk.vault.visits.failure(request, sent.error(), "/vault");
    std::optional<Result<CountTable>> table;
    if (!measure.empty()) table = desk.aggregates.prepare(work, measure, period);
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Numbers"), .audience = html::Audience::kStaff, .window_title = t("Your work")},
        [&](Markup& out) {
          html::lead(out, t("Counts are made here, in your organization's vault. Only the numbers "
                            "that you look at and send leave it."));
          if (table && !*table)
            html::alert(out,
                        {.kind = html::AlertKind::kError,
                         .text = (*table).error().kind == ErrorKind::kConflict
                                     ? t("Together with what was sent before, small numbers could "
                                         "be worked out. Nothing was sent.")
                                     : t("Choose a measure of the list and a quarter that is "
                                         "over."),
                         .title = t("This cannot be sent"),
                         .announce = true});
          write_choice(out, desk, measure, period);
          if (table && *table) write_preview(out, request, **table);
          write_sent(out, desk, request, *sent);
        },
        table && !*table ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

// What a form sends has CR LF at each line's end.
std::string as_written(std::string text) {
  std::erase(text, '\r');
  return text;
}

Response act(const GatesDesk& desk, const Request& request, bool sends) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const http::Fields& fields = request.form().fields;
    const std::string measure = fields.get("measure").raw(), period = fields.get("period").raw();
    const Href here = Href(kPath).with("measure", measure).with("period", period);
    const auto done =
        sends ? desk.aggregates.send(work, measure, period, as_written(fields.get("seen").raw()))
              : desk.aggregates.withdraw(work, measure, period);
    // Numbers that changed since are looked at again.
    if (!done && done.error().kind != ErrorKind::kConflict)
      return desk.vault.visits.failure(request, done.error(), here);
    return visit::redirect(request, done ? Href(kPath) : here);
  });
}

}  // namespace

void add_count_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  desk.vault.visits.add_menu_item({.label = language::to_translate("Numbers"),
                                   .path = std::string(kPath),
                                   .shown_to = visit::ShownTo::kStaff,
                                   .order = 46,
                                   .fits = [](const trust::Session& session) {
                                     return session.member.roles.has_any_of(
                                         {trust::Role::kAdvocate, trust::Role::kAccountSteward});
                                   }});
  router.get("/vault/counts", Access::signed_in(),
             [desk](Request& request) { return counts_page(desk, request); });
  router.post("/vault/counts/send", Access::signed_in(),
              [desk](Request& request) { return act(desk, request, true); });
  router.post("/vault/counts/withdraw", Access::signed_in(),
              [desk](Request& request) { return act(desk, request, false); });
}

}  // namespace daybreak::gates::desk
