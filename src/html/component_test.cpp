// SPDX-License-Identifier: AGPL-3.0-or-later
// Components: what stands in their HTML, and that they refuse to be made wrongly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "html/asset.hpp"
#include "html/components.hpp"

namespace daybreak::html {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Form, FieldsHaveLabelsHintsAndErrorsWired) {
  Markup out;
  text_input(out, {.words = {.name = "phone",
                             .label = "Phone",
                             .hint = "Ten digits",
                             .error = "Write ten digits",
                             .required = true},
                   .value = "\"><script>"});
  const std::string html(out.view());
  EXPECT_THAT(html,
              HasSubstr("<label class=\"usa-label usa-label--error\" for=\"field-phone\">Phone"));
  EXPECT_THAT(html, HasSubstr("id=\"field-phone\""));
  EXPECT_THAT(html, HasSubstr("aria-describedby=\"field-phone-hint field-phone-error\""));
  EXPECT_THAT(html, HasSubstr("aria-invalid=\"true\""));
  EXPECT_THAT(html, HasSubstr("value=\"&quot;&gt;&lt;script&gt;\""));
}

TEST(Form, PasswordsAreNeverGivenBack) {
  Markup out;
  text_input(out, {.words = {.name = "password", .label = "Password"},
                   .value = "hunter2",
                   .type = InputType::kPassword});
  EXPECT_THAT(std::string(out.view()), Not(HasSubstr("hunter2")));
}

TEST(Form, PostFormsCarryTheirToken) {
  Markup out(Language::kSpanish);
  post_form(out, {.action = "/save", .csrf_token = "t0ken"},
            [&] { button(out, {.text = "Guardar"}); });
  const std::string html(out.view());
  EXPECT_THAT(html, HasSubstr("action=\"/es/save\""));
  EXPECT_THAT(html, HasSubstr("<input type=\"hidden\" name=\"csrf\" value=\"t0ken\"/>"));
  EXPECT_THROW(post_form(out, {.action = "/save", .csrf_token = ""}, [] {}), std::logic_error);
}

TEST(Form, SelectGroupsAndMarksTheChoice) {
  const std::vector<Option> options{{.value = "a", .label = "A", .group = "One"},
                                    {.value = "b", .label = "B", .selected = true, .group = "One"},
                                    {.value = "c", .label = "C"}};
  Markup out;
  select(out, {.words = {.name = "s", .label = "S"}, .options = options});
  EXPECT_THAT(std::string(out.view()),
              HasSubstr("<optgroup label=\"One\"><option value=\"a\">A</option><option value=\"b\" "
                        "selected>B</option></optgroup><option value=\"c\">C</option></select>"));
}

TEST(Form, ErrorSummaryLinksToTheFields) {
  const std::vector<FieldError> errors{{"zip", "Write a ZIP code"}, {"", "Sign in again"}};
  Markup out;
  error_summary(out, errors);
  EXPECT_THAT(std::string(out.view()), HasSubstr("href=\"#field-zip\">Write a ZIP code</a>"));
  EXPECT_THAT(std::string(out.view()), HasSubstr("2 things need a change"));
  EXPECT_EQ(error_of(errors, "zip"), "Write a ZIP code");
  EXPECT_EQ(error_of(errors, "name"), "");
}

TEST(Table, HasCaptionScopesAndLabels) {
  Markup out;
  table(out,
        {.caption = "Services",
         .columns = {{"Name", Align::kLeft, "name"}, {"Places", Align::kRight}},
         .sorting = Sorting{.key = "name", .base = "/services"}},
        [](Rows& rows) {
          rows.row();
          rows.link("A & B", "/services/1");
          rows.number(1234);
        });
  const std::string html(out.view());
  EXPECT_THAT(html, HasSubstr("<caption>Services</caption>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\" aria-sort=\"ascending\"><a class=\"sort-link\" "
                              "href=\"/services?sort=-name\">"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\" data-label=\"Name\">"));
  EXPECT_THAT(html, HasSubstr("<td data-label=\"Places\" class=\"align-right\">1,234</td>"));
}

TEST(Table, RefusesRowsWithAWrongNumberOfCells) {
  Markup out;
  const Table two{.caption = "x", .columns = {{"a"}, {"b"}}};
  EXPECT_THROW(table(out, two,
                     [](Rows& rows) {
                       rows.row();
                       rows.cell("1");
                     }),
               std::logic_error);
  EXPECT_THROW(table(out, two,
                     [](Rows& rows) {
                       rows.row();
                       rows.cell("1");
                       rows.cell("2");
                       rows.cell("3");
                     }),
               std::logic_error);
  EXPECT_THROW(table(out, two, [](Rows& rows) { rows.cell("1"); }), std::logic_error);
}

TEST(Pagination, NamesFirstLastAndNeighbours) {
  Markup out;
  pagination(out, {.page = 6, .pages = 20, .href = [](std::int64_t page) {
                     return route("/s").with("page", std::to_string(page));
                   }});
  const std::string html(out.view());
  for (const char* page : {"=1\"", "=5\"", "=6\"", "=7\"", "=20\""})
    EXPECT_THAT(html, HasSubstr(page));
  EXPECT_THAT(html, Not(HasSubstr("page=9\"")));
  EXPECT_THAT(html, HasSubstr("aria-label=\"Page 6\" aria-current=\"page\""));
}

TEST(Pagination, OfAFormIsButtons) {
  Markup out;
  pagination(out, {.page = 1, .pages = 2, .form_id = "search"});
  EXPECT_THAT(std::string(out.view()), HasSubstr("name=\"page\" value=\"2\" form=\"search\""));
  EXPECT_THAT(std::string(out.view()), Not(HasSubstr("href")));
}

TEST(Diff, SaysWhatWasAddedAndRemoved) {
  Markup out;
  word_diff(out, "open all day", "open all night <b>");
  EXPECT_EQ(out.view(),
            "open all <del><span class=\"usa-sr-only\">removed: </span>day</del>"
            "<ins><span class=\"usa-sr-only\">added: </span>night &lt;b&gt;</ins>");
}

TEST(Page, HasTheLandmarksAndANeutralTitle) {
  const std::string html = page({.csrf_token = "t"}, {.title = "Help for trafficking survivors"},
                                [](Markup& out) { paragraph(out, "x"); });
  EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(html, HasSubstr("<title>Community resources</title>"));
  EXPECT_THAT(html, HasSubstr("<h1>Help for trafficking survivors</h1>"));
  EXPECT_THAT(html, HasSubstr("href=\"#main-content\""));
  EXPECT_THAT(html, HasSubstr("data-quick-exit"));
  EXPECT_THAT(html, HasSubstr("hreflang=\"es\" href=\"/es\""));
  EXPECT_THAT(html, Not(HasSubstr("style=\"")));
  EXPECT_THAT(html, Not(HasSubstr("http")));  // nothing from elsewhere
}

TEST(Page, StaffPagesNameThemselvesAndHaveNoExit) {
  const std::string html =
      page({.csrf_token = "t", .signed_in_as = "Casey Example"},
           {.title = "Victim services", .audience = Audience::kStaff}, [](Markup&) {});
  EXPECT_THAT(html, HasSubstr("<title>Victim services – Community resources</title>"));
  EXPECT_THAT(html, Not(HasSubstr("data-quick-exit")));
  EXPECT_THAT(html, HasSubstr("Sign out"));
}

TEST(Page, ManyRoomsStandBehindMore) {
  Shell shell{.csrf_token = "t", .signed_in_as = "Casey Example"};
  for (int i = 0; i < 12; ++i) shell.navigation.push_back({"Room " + std::to_string(i), "/room"});
  const Page about{.title = "Work", .audience = Audience::kStaff};
  EXPECT_THAT(page(shell, about, [](Markup&) {}), Not(HasSubstr("<summary")));
  shell.navigation.push_back({"Last room", "/last", true});
  const std::string html = page(shell, about, [](Markup&) {});
  EXPECT_THAT(html, HasSubstr("<summary class=\"site-nav__link site-nav__link--current\">More"));
  EXPECT_LT(html.find("Room 7"), html.find("<summary"));
  EXPECT_LT(html.find("<summary"), html.find("Room 8"));
  EXPECT_LT(html.find("Room 8"), html.find("Last room"));
}

TEST(Page, NeutralTitles) {
  for (const char* telling :
       {"Human Trafficking", "Víctimas de trata", "VÍCTIMAS", "Crisis line", "U visa help"})
    EXPECT_FALSE(is_neutral(telling)) << telling;
  for (const char* neutral :
       {"Find services", "Privacy policy", "Essex County", "Buscar servicios"})
    EXPECT_TRUE(is_neutral(neutral)) << neutral;
}

TEST(Asset, CarriesTheirHashAndTheirType) {
  const Href css = asset("daybreak.css");
  EXPECT_TRUE(css.view().starts_with("/assets/daybreak-")) << css.view();
  const auto found = find_asset(css.view().substr(8));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->media_type, "text/css; charset=utf-8");
  EXPECT_LT(found->gzip.size(), 30u * 1024);
  EXPECT_GT(found->gzip.size(), 5u * 1024);
  EXPECT_FALSE(find_asset("manifest.txt"));
  EXPECT_FALSE(find_asset("../x"));
  EXPECT_THROW(asset("nothing.css"), std::logic_error);
}

}  // namespace
}  // namespace daybreak::html
