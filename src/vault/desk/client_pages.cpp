// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of clients, search (posted, so that no word lands in an address), intake and its
// correction.
#include "base/text.hpp"
#include "vault/desk/answers_form.hpp"
#include "vault/desk/file_parts.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using clients::Clients;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

constexpr std::int64_t kPerPage = 25;

void write_search(Markup& out, const Request& request) {
  const Words t = out.words();
  html::post_form(out,
                  {.action = "/vault/clients",
                   .csrf_token = visit::csrf_of(request),
                   .id = "search",
                   .label = t("Search in your vault")},
                  [&] {
                    html::search_box(out, {.label = t("Name or phone, whole words or the first "
                                                      "three letters"),
                                           .name = "words"});
                  });
}

// What the address of the list asks for: "closed", "all", else the open ones; newest first.
struct Asked {
  std::string state;
  bool oldest_first = false;

  static Asked of(const Request& request) {
    return {request.query().get("state").raw(), request.query().get("sort").raw() == "person"};
  }
  std::optional<clients::ClientState> shown() const {
    if (state == "all") return std::nullopt;
    return state == "closed" ? clients::ClientState::kClosed : clients::ClientState::kOpen;
  }
  Href here() const {
    const Href list("/vault/clients");
    return state == "all" || state == "closed" ? list.with("state", state) : list;
  }
  Href page(std::int64_t number) const {
    const Href sorted = oldest_first ? here().with("sort", "person") : here();
    return sorted.with("page", std::to_string(number));
  }
  html::Sorting sorting() const {
    return {.key = "person",
            .direction = oldest_first ? html::Direction::kAscending : html::Direction::kDescending,
            .base = here()};
  }
};

void write_filter(Markup& out, const Asked& asked) {
  const Words t = out.words();
  html::get_form(out, {.action = "/vault/clients", .label = t("Which files")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("Show")},
                       .options = std::vector<html::Option>{
                           {.value = "open", .label = std::string(t("Open files"))},
                           {.value = "closed",
                            .label = std::string(t("Closed files")),
                            .selected = asked.state == "closed"},
                           {.value = "all",
                            .label = std::string(t("All files")),
                            .selected = asked.state == "all"}}});
    if (asked.oldest_first) html::hidden_field(out, "sort", "person");
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_lines(Markup& out, const clients::ClientPage& page,
                 const std::optional<html::Sorting>& sorting) {
  const Words t = out.words();
  html::table(out,
              {.caption = t.plural("{0} person", "{0} people", page.all),
               .columns = {{t("Person"), html::Align::kLeft, "person"},
                           {t("Since")},
                           {t("Language")},
                           {t("State")}},
               .sorting = sorting},
              [&](html::Rows& rows) {
                for (const clients::ClientLine& line : page.lines) {
                  rows.row();
                  rows.link(client_title(line.number, line.initials),
                            Href("/vault/clients") / line.id.to_string());
                  rows.cell(day_words(t, line.opened_on));
                  rows.cell(line.language.empty() ? std::string("–")
                                                  : code_words(t, "language", line.language));
                  rows.cell(line.state == clients::ClientState::kOpen     ? t("Open")
                            : line.state == clients::ClientState::kClosed ? t("Closed")
                                                                          : t("Shredded"));
                }
              });
}

Response list_page(const Desk& desk, const Request& request, const Work& work,
                   const clients::ClientFilter& filter) {
  const Words t(visit::language_of(request));
  const Asked asked = Asked::of(request);
  const bool searches = !filter.words.empty();
  const auto page = Clients(work).list(filter);
  if (!page) return desk.visits.failure(request, page.error(), "/vault");
  return vault_page(
      desk, request,
      {.title = t("People you work with"),
       .audience = html::Audience::kStaff,
       .window_title = t("Your work"),
       .wide = true,
       .posted_form_id = request.method() == http::Method::kPost ? "search" : ""},
      [&](Markup& out) {
        const auto to = [&](std::string_view words, const char* path) {
          html::link_button(
              out, {.text = words, .href = Href(path), .kind = html::ButtonKind::kOutline});
        };
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("New person"), .href = "/vault/clients/new"});
          to(t("Services of the day"), "/vault/services");
          to(t("Tasks and deadlines"), "/vault/tasks");
          to(t("Referrals you sent"), "/vault/referrals");
          to(t("Inbox"), "/vault/inbox");
        });
        html::action_button(out, {.action = "/vault/lock",
                                  .csrf_token = visit::csrf_of(request),
                                  .text = t("Lock now"),
                                  .kind = html::ButtonKind::kOutline});
        if (!searches) write_waiting(out, desk, request, work);
        write_search(out, request);
        if (!searches) write_filter(out, asked);
        if (page->lines.empty())
          html::empty_state(out, {.title = t("Nobody is here"),
                                  .what_to_do = t("Search other words, or begin with a new person. "
                                                  "Every question can be skipped."),
                                  .action = t("New person"),
                                  .href = "/vault/clients/new"});
        else
          write_lines(out, *page, searches ? std::nullopt : std::optional(asked.sorting()));
        if (!searches)
          html::pagination(out, {.page = filter.skip / kPerPage + 1,
                                 .pages = (page->all + kPerPage - 1) / kPerPage,
                                 .href = [&](std::int64_t number) { return asked.page(number); }});
        html::note(out, t("Only initials stand here. Opening a file is written down."));
        html::button_group(out, [&] {
          to(t("How long files are kept"), "/vault/retention");
          to(t("Your key"), "/vault/key");
        });
      });
}

std::vector<html::FieldError> errors_of(Words t, const Error& error) {
  const std::string field = field_of(error);
  const codes::Question* question = codes::Codes::built_in().question(field);
  return {{field, question != nullptr && question->kind == codes::QuestionKind::kDate
                      ? std::string(t("This day does not exist. Write it as 1990-01-31."))
                      : std::string(t("This answer cannot be kept. Change it, or skip the "
                                      "question."))}};
}

Response form_page(const Desk& desk, const Request& request, const Href& action,
                   std::string_view title, const clients::ClientFile* file,
                   const std::optional<Error>& error) {
  const Words t(visit::language_of(request));
  const auto errors = error ? errors_of(t, *error) : std::vector<html::FieldError>();
  return vault_page(
      desk, request,
      {.title = title, .audience = html::Audience::kStaff, .window_title = t("Your work")},
      [&](Markup& out) {
        if (error) html::error_summary(out, errors);
        html::lead(out, t("Ask only what helps today. Every question can be skipped, and nothing "
                          "depends on an answer."));
        html::post_form(out,
                        {.action = action,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = title},
                        [&] {
                          write_questions(out, file, error ? &request.form().fields : nullptr,
                                          errors, today(desk.clock));
                          html::button(out, {.text = t("Save")});
                        });
      },
      error ? http::Status::kUnprocessable : http::Status::kOk);
}

Response open_client(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto id = Clients(work).open(read_answers(request.form().fields), today(desk.clock));
    if (!id && id.error().kind == ErrorKind::kInvalid)
      return form_page(desk, request, "/vault/clients/new", t("New person"), nullptr, id.error());
    if (!id) return desk.visits.failure(request, id.error(), "/vault/clients");
    return visit::redirect(request, Href("/vault/clients") / id->to_string());
  });
}

Response edit_page(const Desk& desk, const Request& request, const std::optional<Error>& error) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const Href here = Href("/vault/clients") / id.to_string() / "answers";
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), here);
    return form_page(desk, request, here, t("What was told"), &*file, error);
  });
}

Response save_answers(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const ClientId id(request.uuid_parameter("id"));
    const Href file = Href("/vault/clients") / id.to_string();
    const auto saved = Clients(work).answer(id, read_answers(request.form().fields));
    if (!saved && saved.error().kind == ErrorKind::kInvalid)
      return edit_page(desk, request, saved.error());
    if (!saved) return desk.visits.failure(request, saved.error(), file);
    return visit::redirect(request, file);
  });
}

}  // namespace

void add_client_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  router.get("/vault/clients", Access::signed_in(), [desk](Request& request) {
    return with_work(desk, request, [&](const Work& work) {
      const auto page = to_integer(request.query().get("page").raw()).value_or(1);
      const bool usable = page > 0 && page < 100'000;
      const Asked asked = Asked::of(request);
      return list_page(desk, request, work,
                       {.state = asked.shown(),
                        .skip = usable ? (page - 1) * kPerPage : 0,
                        .most = kPerPage,
                        .oldest_first = asked.oldest_first});
    });
  });
  router.post("/vault/clients", Access::signed_in(), [desk](Request& request) {
    return with_work(desk, request, [&](const Work& work) {
      return list_page(
          desk, request, work,
          {.state = {}, .words = request.form().fields.get("words").raw(), .most = 100});
    });
  });
  router.get("/vault/clients/new", Access::signed_in(), [desk](Request& request) {
    return with_work(desk, request, [&](const Work&) {
      const Words t(visit::language_of(request));
      return form_page(desk, request, "/vault/clients/new", t("New person"), nullptr, {});
    });
  });
  router.post("/vault/clients/new", Access::signed_in(),
              [desk](Request& request) { return open_client(desk, request); });
  router.get("/vault/clients/{id:uuid}/answers", Access::signed_in(),
             [desk](Request& request) { return edit_page(desk, request, {}); });
  router.post("/vault/clients/{id:uuid}/answers", Access::signed_in(),
              [desk](Request& request) { return save_answers(desk, request); });
}

}  // namespace daybreak::vault::desk
