// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/diff.hpp"

#include <algorithm>
#include <vector>

#include "html/table.hpp"

namespace daybreak::html {
namespace {

// Words with the white space that follows each, so that joined they are the text again.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find_first_of(" \n\t", start);
    end = end == std::string_view::npos ? text.size() : text.find_first_not_of(" \n\t", end);
    if (end == std::string_view::npos) end = text.size();
    words.push_back(text.substr(start, end - start));
    start = end;
  }
  return words;
}

using WordList = std::vector<std::string_view>;

// Longest common subsequence lengths of the tails; texts beyond 400 words are not compared.
constexpr std::size_t kMostWords = 400;

std::vector<std::vector<std::uint16_t>> common_tails(const WordList& a, const WordList& b) {
  std::vector<std::vector<std::uint16_t>> common(a.size() + 1,
                                                 std::vector<std::uint16_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] = a[i] == b[j] ? static_cast<std::uint16_t>(common[i + 1][j + 1] + 1)
                                  : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}

// Writes runs of removed and added words; "removed"/"added" is said, not only shown.
class RunWriter {
 public:
  explicit RunWriter(Markup& out) : out_(out) {}
  void same(std::string_view word) {
    flush();
    out_.text(word);
  }
  void removed(std::string_view word) { removed_ += word; }
  void added(std::string_view word) { added_ += word; }
  void flush() {
    const language::Words t = out_.words();
    if (!removed_.empty()) marked("del", t("removed:"), removed_);
    if (!added_.empty()) marked("ins", t("added:"), added_);
  }

 private:
  void marked(std::string_view kind, std::string_view said, std::string& text) {
    const auto inside = [&] {
      out_.element("span", {{"class", "usa-sr-only"}}, std::string(said) + " ");
      out_.text(text);
    };
    if (kind == "del")
      out_.element("del", {}, inside);
    else
      out_.element("ins", {}, inside);
    text.clear();
  }

  Markup& out_;
  std::string removed_, added_;
};

// "Keep" and "take" for one change; the label names the field for those who hear it alone.
void write_choice(Markup& out, const FieldChange& change) {
  const language::Words t = out.words();
  const std::string keep_id = out.unique_id("keep"), take_id = out.unique_id("take");
  out.open("fieldset", {{"class", "usa-fieldset diff__choice"}});
  out.element("legend", {{"class", "usa-sr-only"}}, change.label);
  out.fixed("<div class=\"usa-radio\">");
  out.lone("input", {{"class", "usa-radio__input"},
                     {"type", "radio"},
                     {"id", take_id},
                     {"name", change.name},
                     {"value", "take"},
                     {"required", Presence(true)}});
  out.element("label", {{"class", "usa-radio__label"}, {"for", take_id}}, t("Take the new one"));
  out.fixed("</div><div class=\"usa-radio\">");
  out.lone("input", {{"class", "usa-radio__input"},
                     {"type", "radio"},
                     {"id", keep_id},
                     {"name", change.name},
                     {"value", "keep"}});
  out.element("label", {{"class", "usa-radio__label"}, {"for", keep_id}}, t("Keep what stands"));
  out.fixed("</div></fieldset>");
}

}  // namespace

void word_diff(Markup& out, std::string_view before, std::string_view after) {
  const WordList a = words_of(before), b = words_of(after);
  RunWriter writer(out);
  if (a.size() > kMostWords || b.size() > kMostWords) {
    writer.removed(before);
    writer.added(after);
    writer.flush();
    return;
  }
  const auto common = common_tails(a, b);
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      writer.same(a[i]);
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      writer.removed(a[i++]);
    } else {
      writer.added(b[j++]);
    }
  }
  writer.flush();
}

void diff(Markup& out, const Diff& diff) {
  const language::Words t = out.words();
  const bool choose = diff.mode == DiffMode::kChoose;
  std::vector<Column> columns{{t("Field")},
                              {diff.before_label.empty() ? t("Now") : diff.before_label},
                              {diff.after_label.empty() ? t("Proposed") : diff.after_label}};
  if (choose) columns.emplace_back(t("Your choice"));
  const auto value = [&](const std::string& text) {
    if (text.empty())
      out.element("em", {}, t("(empty)"));
    else
      out.text(text);
  };
  table(out, {.caption = diff.caption, .columns = columns}, [&](Rows& rows) {
    for (const FieldChange& change : diff.changes) {
      rows.row();
      rows.cell(change.label);
      rows.cell([&] { value(change.before); });
      rows.cell([&] {
        if (change.before.empty() || change.after.empty())
          value(change.after);
        else
          word_diff(out, change.before, change.after);
      });
      if (choose) rows.cell([&] { write_choice(out, change); });
    }
  });
}

}  // namespace daybreak::html
