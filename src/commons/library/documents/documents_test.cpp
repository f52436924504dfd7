// SPDX-License-Identifier: AGPL-3.0-or-later
// Conditions, templates and what is made of them: every branch of every document, and every way of
// writing a template that must be refused.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>
#include <set>

#include "base/text.hpp"
#include "commons/library/documents/assemble.hpp"
#include "doc/docx.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "doc/pdf_check.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::library::documents {
namespace {

using language::Language;
using testing::HasSubstr;
using testing::Not;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(22)};

bool holds(std::string_view text, const std::set<std::string>& true_words) {
  const auto condition = Condition::parse(text);
  EXPECT_TRUE(condition) << text;
  return condition && condition->holds([&](const Condition::Test& test) {
    return true_words.contains(test.choice.empty() ? test.field : test.field + "=" + test.choice);
  });
}

TEST(Condition, FollowsTheUsualOrder) {
  EXPECT_TRUE(holds("", {}));
  EXPECT_TRUE(holds("a or b and c", {"a"}));
  EXPECT_FALSE(holds("(a or b) and c", {"a"}));
  EXPECT_TRUE(holds("(a or b) and c", {"b", "c"}));
  EXPECT_TRUE(holds("not a and b", {"b"}));
  EXPECT_FALSE(holds("not (a or b)", {"b"}));
  EXPECT_TRUE(holds("not not a", {"a"}));
  EXPECT_TRUE(holds("kind = tribal", {"kind=tribal"}));
  EXPECT_FALSE(holds("kind = tribal", {"kind"}));
}

TEST(Condition, RefusesWhatItCannotRead) {
  for (const std::string_view text : {"and", "a and", "a b", "(a", "a)", "a =", "= b", "a & b",
                                      "not", "A", "a or or b", "()", "<script>"})
    EXPECT_FALSE(Condition::parse(text)) << text;
  EXPECT_FALSE(Condition::parse(std::string(100'000, '(')));
  std::string endless = "a";
  for (int i = 0; i < 100'000; ++i) endless += " or a";
  EXPECT_FALSE(Condition::parse(endless));
}

// ---- the shipped templates ----

// One question that conditions ask about, and the answers that tell its branches apart.
struct Switch {
  std::string field;
  std::vector<std::string> answers;
};

std::string some_answer(const Field& field) {
  switch (field.kind) {
    case FieldKind::kDate:
      return "2026-12-01";
    case FieldKind::kNumber:
      return "30";
    case FieldKind::kLines:
      return "Example County Sheriff\nHarbor Example Services";
    case FieldKind::kChoice:
      return field.choices.front().id;
    case FieldKind::kYesNo:
      return "yes";
    default:
      return "Example " + field.id;
  }
}

std::vector<Switch> switches_of(const Template& made) {
  std::set<std::string> asked;
  const auto note = [&](const Condition& condition) {
    for (const Condition::Test& test : condition.tests()) asked.insert(test.field);
  };
  for (const Field& field : made.fields) note(field.when);
  for (const Section& section : made.sections) {
    note(section.when);
    for (const Clause& clause : section.clauses) note(clause.when);
  }
  std::vector<Switch> switches;
  for (const std::string& id : asked) {
    Switch one{id, {""}};
    for (const Choice& choice : made.field(id)->choices) one.answers.push_back(choice.id);
    if (made.field(id)->choices.empty()) one.answers.push_back(some_answer(*made.field(id)));
    if (made.field(id)->kind == FieldKind::kYesNo) one.answers = {"", "yes", "no"};
    switches.push_back(std::move(one));
  }
  return switches;
}

// Calls `visit` with every combination of the answers that conditions ask about.
template <typename Visit>
int each_branch(const Template& made, Visit visit) {
  const auto switches = switches_of(made);
  std::vector<std::size_t> at(switches.size(), 0);
  int count = 0;
  while (true) {
    Answers answers;
    for (const Field& field : made.fields) answers[field.id] = some_answer(field);
    for (std::size_t i = 0; i < switches.size(); ++i)
      answers[switches[i].field] = switches[i].answers[at[i]];
    visit(answers);
    ++count;
    std::size_t i = 0;
    while (i < switches.size() && ++at[i] == switches[i].answers.size()) at[i++] = 0;
    if (i == switches.size()) return count;
  }
}

TEST(Documents, ThereAreTheTenOfTheToolkit) {
  std::set<std::string> ids;
  for (const Template& made : built_in_templates()) ids.insert(made.id);
  EXPECT_EQ(
      ids, (std::set<std::string>{"mou", "information-sharing", "confidentiality",
                                  "referral-protocol", "language-access", "media", "operation-plan",
                                  "school-safety", "conference-agenda", "evaluation-plan"}));
}

// Every combination of answers gives a document without a hole, the same shape in both languages;
// every clause stands in some branch, and every clause with a condition is missing in some.
TEST(Documents, AllBranchesOfAllTemplatesAreWhole) {
  for (const Template& made : built_in_templates()) {
    std::map<std::string, std::pair<int, int>> stood;  // clause: with, without
    const int branches = each_branch(made, [&](const Answers& answers) {
      const doc::Document english = assemble(made, answers, Language::kEnglish, kToday);
      const doc::Document spanish = assemble(made, answers, Language::kSpanish, kToday);
      ASSERT_EQ(english.blocks.size(), spanish.blocks.size()) << made.id;
      const std::string text = doc::to_plain_text(english, 100000);
      ASSERT_THAT(text, Not(HasSubstr("{"))) << made.id;
      for (const Section& section : made.sections)
        for (const Clause& clause : section.clauses) {
          // The words before the first answer tell a clause; those that begin with one have none.
          const std::string start = clause.text.en.substr(0, clause.text.en.find('{'));
          if (start.size() < 12) continue;
          auto& [with, without] = stood[clause.text.en];
          ++(text.find(std::string(trim(start))) == std::string::npos ? without : with);
        }
    });
    EXPECT_GE(branches, 3) << made.id;
    for (const auto& [clause, counts] : stood) EXPECT_GT(counts.first, 0) << clause;
    for (const Section& section : made.sections)
      for (const Clause& clause : section.clauses)
        if (!clause.when.tests().empty() && stood.contains(clause.text.en))
          EXPECT_GT(stood[clause.text.en].second, 0) << clause.text.en;
  }
}

TEST(Documents, EmptyAnswersGiveAFormToFillByHand) {
  for (const Template& made : built_in_templates())
    for (const Language language : language::kLanguages) {
      const doc::Document document = assemble(made, {}, language, kToday);
      const auto pdf = doc::to_pdf(document);
      ASSERT_TRUE(pdf) << made.id << ": " << pdf.error().describe();
      EXPECT_TRUE(doc::check_pdf(*pdf)->passes()) << made.id;
      EXPECT_TRUE(doc::to_docx(document)) << made.id;
      EXPECT_TRUE(doc::to_html_fragment(document, 1)) << made.id;
    }
}

TEST(Documents, TheMemorandumFollowsItsAnswers) {
  const Template& mou = *find_template("mou");
  Answers answers;
  for (const Field& field : mou.fields) answers[field.id] = some_answer(field);
  answers["has_money"] = "no";
  answers["money_terms"] = "SECRET";
  std::string text = doc::to_plain_text(assemble(mou, answers, Language::kEnglish, kToday), 100000);
  EXPECT_THAT(text, HasSubstr("This memorandum moves no money."));
  EXPECT_THAT(text, Not(HasSubstr("SECRET"))) << "an answer to a question that is not asked";
  EXPECT_THAT(text, HasSubstr("Example County Sheriff; Harbor Example Services"));
  EXPECT_THAT(text, HasSubstr("December 1, 2026"));
  answers["has_money"] = "yes";
  answers["has_tribe"] = "no";
  text = doc::to_plain_text(assemble(mou, answers, Language::kSpanish, kToday), 100000);
  EXPECT_THAT(text, HasSubstr("SECRET"));
  EXPECT_THAT(text, Not(HasSubstr("soberanía")));
  EXPECT_THAT(text, HasSubstr("1 de diciembre de 2026"));
}

// A hundred pages of clauses, as an operation plan with every annex would be.
TEST(Documents, AHundredPagesTakeLessThanTwoSeconds) {
  const Template* mou = find_template("mou");
  ASSERT_NE(mou, nullptr);
  doc::Document whole = assemble(*mou, {}, Language::kEnglish, kToday);
  const doc::Blocks one = whole.blocks;
  const auto pages_of = [](const std::string& pdf) { return doc::check_pdf(pdf).value().pages; };
  // More copies than fill a hundred pages: the last page of each is not full.
  const auto single = doc::to_pdf(whole);
  ASSERT_TRUE(single) << single.error().describe();
  const int pages_of_one = pages_of(*single);
  ASSERT_GE(pages_of_one, 1);
  for (int i = 1; i * pages_of_one < 120; ++i)
    whole.blocks.insert(whole.blocks.end(), one.begin(), one.end());
  // Time of the processor, so that other work on the machine does not count.
  const std::clock_t start = std::clock();
  const auto seconds = [&] { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; };
  const auto pdf = doc::to_pdf(whole);
  const double for_pdf = seconds();
  ASSERT_TRUE(pdf) << pdf.error().describe();
  const auto docx = doc::to_docx(whole);
  const double for_docx = seconds() - for_pdf;
  ASSERT_TRUE(docx) << docx.error().describe();
  std::printf("%d pages: PDF %.2f s, DOCX %.2f s\n", pages_of(*pdf), for_pdf, for_docx);
  EXPECT_GE(pages_of(*pdf), 100);
  EXPECT_LE(for_pdf, 2.0);
  EXPECT_LE(for_docx, 2.0);
}

TEST(Documents, DraftsArePinnedToVersionAndDigest) {
  const Template& mou = *find_template("mou");
  const doc::Document document = assemble(mou, {}, Language::kEnglish, kToday);
  EXPECT_EQ(mou.digest.size(), 64u);
  EXPECT_THAT(document.running_foot, HasSubstr("mou · 2026-11-22 · " + mou.digest.substr(0, 12)));
}

TEST(Answers, AreCheckedByKind) {
  const Template& mou = *find_template("mou");
  const auto wrong = [&](std::string field, std::string answer) {
    Answers answers;
    for (const Field& one : mou.fields) answers[one.id] = some_answer(one);
    answers[field] = std::move(answer);
    const auto errors = check_answers(mou, answers);
    return errors.size() == 1 && errors[0].field == field && !errors[0].message.es.empty();
  };
  EXPECT_TRUE(check_answers(mou,
                            [&] {
                              Answers whole;
                              for (const Field& one : mou.fields) whole[one.id] = some_answer(one);
                              return whole;
                            }())
                  .empty());
  EXPECT_TRUE(wrong("end", "2026-02-30"));
  EXPECT_TRUE(wrong("end", "2026-11-01")) << "before the first day";
  EXPECT_TRUE(wrong("notice_days", "many"));
  EXPECT_TRUE(wrong("notice_days", "-3"));
  EXPECT_TRUE(wrong("forms", "other"));
  EXPECT_TRUE(wrong("has_tribe", "maybe"));
  EXPECT_TRUE(wrong("parties", ""));
  EXPECT_TRUE(wrong("name", std::string(kLongestAnswer + 1, 'x')));
  EXPECT_TRUE(wrong("name", "\xC3\x28"));
  EXPECT_TRUE(wrong("no_such_question", "x"));
}

TEST(Answers, ScriptAndControlCharactersStayText) {
  const Template& mou = *find_template("mou");
  Answers answers;
  for (const Field& field : mou.fields)
    answers[field.id] = "<script>alert(1)</script>\x01\x07{parties}";
  const doc::Document document = assemble(mou, answers, Language::kEnglish, kToday);
  const auto html = doc::to_html_fragment(document, 1);
  ASSERT_TRUE(html);
  EXPECT_THAT(*html, Not(HasSubstr("<script")));
  EXPECT_THAT(*html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(*html, Not(HasSubstr("\x07")));
  EXPECT_TRUE(doc::to_docx(document));
  EXPECT_TRUE(doc::to_pdf(document));
}

// ---- templates that must be refused ----

std::string template_text(std::string_view fields, std::string_view clause) {
  return fmt::format(
      "id = \"t\"\nversion = \"2026-11-22\"\ntitle = [\"T\", \"T\"]\npurpose = [\"P\", \"P\"]\n{}\n"
      "[[section]]\nheading = [\"H\", \"H\"]\n[[section.clause]]\n{}\n",
      fields, clause);
}
std::string field_text(std::string_view id, std::string_view more = "") {
  return fmt::format("[[field]]\nid = \"{}\"\nkind = \"yes_no\"\nlabel = [\"L\", \"L\"]\n{}\n", id,
                     more);
}
std::string error_of(const std::string& content) {
  const auto made = read_template("t.toml", content);
  return made ? std::string() : made.error().describe();
}
constexpr std::string_view kClause = "text = [\"Words.\", \"Palabras.\"]";

TEST(Template, ThePlainOneIsRead) {
  EXPECT_EQ(error_of(template_text(field_text("a"), kClause)), "");
}

TEST(Template, ACircleOfConditionsIsNamed) {
  const std::string error =
      error_of(template_text(field_text("a", "when = \"c\"") + field_text("b", "when = \"a\"") +
                                 field_text("c", "when = \"not b\""),
                             kClause));
  EXPECT_THAT(error, HasSubstr("a → c → b → a"));
  EXPECT_THAT(error, HasSubstr("t.toml"));
  const std::string dates =
      error_of(template_text("[[field]]\nid = \"a\"\nkind = \"date\"\nlabel = [\"L\", \"L\"]\n"
                             "after = \"b\"\n[[field]]\nid = \"b\"\nkind = \"date\"\n"
                             "label = [\"L\", \"L\"]\nafter = \"a\"\n",
                             kClause));
  EXPECT_THAT(dates, HasSubstr("a → b → a"));
  EXPECT_THAT(error_of(template_text(field_text("a", "when = \"a\""), kClause)),
              HasSubstr("a → a"));
}

TEST(Template, AQuestionMayNotTakeANameOfTheForm) {
  EXPECT_THAT(error_of(template_text(field_text("csrf"), kClause)), HasSubstr("cannot be used"));
}

TEST(Template, OneThatNeverEndsIsRefused) {
  std::string fields;
  for (int i = 0; i < 201; ++i) fields += field_text(fmt::format("a{}", i));
  EXPECT_THAT(error_of(template_text(fields, kClause)), HasSubstr("never ends"));
}

TEST(Template, AnEffectNamesQuestionsOfItsKind) {
  const std::string rest = template_text(field_text("a"), kClause);
  EXPECT_THAT(error_of("effect.parties = \"zebra\"\n" + rest), HasSubstr("zebra"));
  EXPECT_THAT(error_of("effect.until = \"a\"\n" + rest), HasSubstr("for a date"));
  EXPECT_THAT(error_of("effect.colour = \"a\"\n" + rest), HasSubstr("colour"));
  EXPECT_EQ(find_template("mou")->effect.until, "end");
  EXPECT_EQ(find_template("referral-protocol")->effect.parties, "signers");
}

TEST(Documents, AQuotedFactHasANoteWithItsSourceAndItsState) {
  const Template made =
      *read_template("t.toml", template_text(field_text("a"),
                                             "text = [\"Note: {fact:two-kinds}\", \"Nota: "
                                             "{fact:two-kinds}\"]"));
  EXPECT_EQ(quoted_facts(made), std::vector<std::string>{"two-kinds"});
  Library library = built_in_library();
  const auto text = [&] {
    return doc::to_plain_text(assemble(made, {}, Language::kEnglish, kToday, library), 100000);
  };
  EXPECT_THAT(text(), HasSubstr("Federal law names two kinds"));
  EXPECT_THAT(text(), HasSubstr("22 USC 7102 (11), as of June 30, 2025"));
  std::ranges::find(library.facts, "two-kinds", &Fact::id)->expired = {"It changed.", "Cambió."};
  EXPECT_THAT(text(), HasSubstr("Out of date. It changed."));
}

TEST(Documents, DifferencesAreTheParagraphsThatChanged) {
  const Template& mou = *find_template("mou");
  Answers answers{{"name", "Example"}, {"has_money", "no"}};
  const auto before = assemble(mou, answers, Language::kEnglish, kToday);
  EXPECT_TRUE(differences(before, before).empty());
  answers["has_money"] = "yes";
  answers["money_terms"] = "Award 1";
  const auto found = differences(before, assemble(mou, answers, Language::kEnglish, kToday));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].before, "This memorandum moves no money.");
  EXPECT_EQ(found[0].after, "Payments follow a separate agreement: Award 1.");
}

TEST(Template, AWordThatIsNoQuestionIsRefused) {
  EXPECT_THAT(error_of(template_text(field_text("a", "when = \"zebra\""), kClause)),
              HasSubstr("zebra"));
  EXPECT_THAT(error_of(template_text(field_text("a"), "text = [\"{zebra}\", \"{zebra}\"]")),
              HasSubstr("zebra"));
  EXPECT_THAT(error_of(template_text(field_text("a"), "text = [\"{a}\", \"nada\"]")),
              HasSubstr("Spanish"));
  EXPECT_THAT(error_of(template_text(field_text("a"), "text = [\"{a\", \"{a\"]")),
              HasSubstr("not a question"));
  EXPECT_THAT(error_of(template_text(field_text("a"), "signatures = \"zebra\"")),
              HasSubstr("zebra"));
}

TEST(Template, OtherWrongFilesAreRefusedWithTheirPlace) {
  EXPECT_THAT(error_of("id = \n"), HasSubstr("t.toml:1"));
  EXPECT_THAT(error_of(template_text(field_text("a") + field_text("a"), kClause)),
              HasSubstr("asked twice"));
  EXPECT_THAT(error_of(template_text(field_text("a", "colour = 3"), kClause)), HasSubstr("colour"));
  EXPECT_THAT(error_of(template_text(field_text("a"), "text = [\"Words.\", \"\"]")),
              HasSubstr("one of the two languages"));
  EXPECT_THAT(error_of(template_text("", kClause)), HasSubstr("[[field]]"));
  EXPECT_THAT(error_of(std::string(10 * 1024 * 1024, '#')), HasSubstr("larger"));
}

}  // namespace
}  // namespace daybreak::library::documents
