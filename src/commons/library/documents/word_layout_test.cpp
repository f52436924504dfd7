// SPDX-License-Identifier: AGPL-3.0-or-later
// The Word file of every document, printed by LibreOffice, against our own PDF: as many pages, the
// same words on the same lines at the same places, and pictures of the pages that look alike.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <regex>

#include "base/text.hpp"
#include "commons/library/documents/assemble.hpp"
#include "doc/docx.hpp"
#include "doc/pdf.hpp"

namespace daybreak::library::documents {
namespace {

namespace fs = std::filesystem;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(22)};
// A word may begin so many points beside its place, a line stand so many above or below (one is 14
// high) …
constexpr double kFarthest = 1.25;
// … and, after a blur of one pixel at 72 dots an inch, so large a share of a page's pixels may
// differ by more than a third of the way from black to white.
constexpr double kLargestShare = 0.01;

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, got);
  ::pclose(pipe);
  return text;
}

struct Word {
  int page;
  double x, y;
  std::string text;
};

std::vector<Word> words_of(const std::string& pdf) {
  const std::string marked = output_of("pdftotext -bbox " + pdf + " -");
  static const std::regex word(
      R"re(<page |<word xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="[0-9.]+" yMax="[0-9.]+">([^<]*)<)re");
  std::vector<Word> words;
  int page = 0;
  for (std::sregex_iterator one(marked.begin(), marked.end(), word), end; one != end; ++one) {
    if (!(*one)[1].matched)
      ++page;
    else
      words.push_back({page, std::stod((*one)[1]), std::stod((*one)[2]), (*one)[3]});
  }
  // By place, since the two files may be drawn in another order.
  std::ranges::stable_sort(words, [](const Word& a, const Word& b) {
    if (a.page != b.page) return a.page < b.page;
    if (std::abs(a.y - b.y) > 5) return a.y < b.y;
    return a.x < b.x;
  });
  return words;
}

// One page as rows of grey, 0 black.
struct Picture {
  int width = 0, height = 0;
  std::vector<double> grey;
  double at(int x, int y) const {
    x = std::clamp(x, 0, width - 1);
    y = std::clamp(y, 0, height - 1);
    return grey[static_cast<std::size_t>(y * width + x)];
  }
};

Picture picture_of(const std::string& pdf, int page, int dots_an_inch) {
  const std::string pgm =
      output_of(fmt::format("pdftoppm -r {2} -gray -f {0} -l {0} {1}", page, pdf, dots_an_inch));
  Picture raw;
  int depth = 0, start = 0;
  if (std::sscanf(pgm.c_str(), "P5 %d %d %d%n", &raw.width, &raw.height, &depth, &start) != 3)
    return {};
  for (std::size_t i = static_cast<std::size_t>(start) + 1; i < pgm.size(); ++i)
    raw.grey.push_back(static_cast<unsigned char>(pgm[i]));
  return raw;
}

Picture blurred(const Picture& raw) {
  Picture soft{raw.width, raw.height, {}};
  for (int y = 0; y < raw.height; ++y)
    for (int x = 0; x < raw.width; ++x) {
      double sum = 0;
      for (int i = -1; i <= 1; ++i)
        for (int j = -1; j <= 1; ++j) sum += raw.at(x + i, y + j);
      soft.grey.push_back(sum / 9);
    }
  return soft;
}

// Where lines of ink begin and end, in points from the top of the page. Hairlines count for
// nothing: how dark they come out is chance.
std::vector<double> edges_of(const Picture& page, int dots_an_inch) {
  std::vector<double> edges;
  int since = -1;
  for (int y = 0; y <= page.height; ++y) {
    bool ink = false;
    for (int x = 0; !ink && y < page.height && x < page.width; ++x) ink = page.at(x, y) < 150;
    if (ink && since < 0) since = y;
    if (ink || since < 0) continue;
    const double scale = 72.0 / dots_an_inch;
    if ((y - since) * scale > 3) {
      edges.push_back(since * scale);
      edges.push_back(y * scale);
    }
    since = -1;
  }
  return edges;
}

double share_that_differs(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height || a.grey.empty()) return 1;
  std::size_t differ = 0;
  for (std::size_t i = 0; i < a.grey.size(); ++i) differ += std::abs(a.grey[i] - b.grey[i]) > 85;
  return static_cast<double>(differ) / static_cast<double>(a.grey.size());
}

Answers answers_for(const Template& made) {
  Answers answers;
  for (const Field& field : made.fields) {
    switch (field.kind) {
      case FieldKind::kDate:
        answers[field.id] = "2026-12-01";
        break;
      case FieldKind::kNumber:
        answers[field.id] = "30";
        break;
      case FieldKind::kChoice:
        answers[field.id] = field.choices.front().id;
        break;
      case FieldKind::kYesNo:
        answers[field.id] = "yes";
        break;
      case FieldKind::kLines:
        answers[field.id] = "Example County Sheriff\nHarbor Example Services\nExample Nation";
        break;
      default:
        answers[field.id] = "Example words for " + field.id;
    }
  }
  return answers;
}

class WordLayout : public testing::Test {
 protected:
  void SetUp() override {
    if (output_of("command -v soffice && command -v pdftotext && command -v pdftoppm")
            .find("pdftoppm") == std::string::npos)
      GTEST_SKIP() << "needs LibreOffice and poppler: apt-get install libreoffice-writer-nogui "
                      "poppler-utils";
    folder_ = (fs::temp_directory_path() / "daybreak-word-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    fs::create_directories(folder_ + "/word");
    fs::create_directories(folder_ + "/own");
  }
  void TearDown() override {
    if (!folder_.empty() && std::getenv("DAYBREAK_KEEP") == nullptr) fs::remove_all(folder_);
  }
  void write(const std::string& name, const doc::Document& document) {
    std::ofstream(folder_ + "/own/" + name + ".pdf") << doc::to_pdf(document).value();
    std::ofstream(folder_ + "/word/" + name + ".docx") << doc::to_docx(document).value();
    names_.push_back(name);
  }
  void print_all() {
    output_of("cd " + folder_ + "/word && HOME=" + folder_ +
              " timeout 300 soffice --headless --convert-to pdf *.docx 2>&1");
  }
  void compare(const std::string& name) {
    const std::string own_file = folder_ + "/own/" + name + ".pdf",
                      word_file = folder_ + "/word/" + name + ".pdf";
    const auto own = words_of(own_file), word = words_of(word_file);
    ASSERT_GT(own.size(), 30u) << name;
    ASSERT_EQ(own.back().page, word.back().page) << name << ": pages";
    ASSERT_EQ(own.size(), word.size()) << name;
    double farthest = 0, lowest = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
      ASSERT_EQ(own[i].text, word[i].text) << name << ", page " << own[i].page;
      ASSERT_EQ(own[i].page, word[i].page) << name << ": " << own[i].text;
      const double away = std::abs(own[i].x - word[i].x);
      ASSERT_LE(away, kFarthest) << name << ", page " << own[i].page << ": \"" << own[i].text
                                 << "\"";
      farthest = std::max(farthest, away);
    }
    double worst = 0;
    for (int page = 1; page <= own.back().page; ++page) {
      const auto edges = edges_of(picture_of(own_file, page, 144), 144),
                 others = edges_of(picture_of(word_file, page, 144), 144);
      ASSERT_EQ(edges.size(), others.size()) << name << ", page " << page << ": lines";
      for (std::size_t i = 0; i < edges.size(); ++i) {
        ASSERT_LE(std::abs(edges[i] - others[i]), kFarthest)
            << name << ", page " << page << ", " << edges[i] << " points down";
        lowest = std::max(lowest, std::abs(edges[i] - others[i]));
      }
      worst = std::max(worst, share_that_differs(blurred(picture_of(own_file, page, 72)),
                                                 blurred(picture_of(word_file, page, 72))));
    }
    EXPECT_LE(worst, kLargestShare) << name;
    std::printf("%s: %d pages, words at most %.2f points beside, lines %.2f, %.2f %% differs\n",
                name.c_str(), own.back().page, farthest, lowest, worst * 100);
  }

  std::string folder_;
  std::vector<std::string> names_;
};

TEST_F(WordLayout, EveryDocumentLooksLikeItsPdfInLibreOffice) {
  for (const Template& made : built_in_templates())
    for (const Language language : language::kLanguages) {
      const std::string name =
          fmt::format("{}-{}", made.id, std::string(language::code_of(language)));
      write(name, assemble(made, answers_for(made), language, kToday));
      write(name + "-empty", assemble(made, {}, language, kToday));
    }
  print_all();
  for (const std::string& name : names_) compare(name);
}

// The measure itself: a document with one word more is not alike.
TEST_F(WordLayout, TheComparisonSeesAWordMore) {
  doc::Document one = assemble(*find_template("media"), {}, Language::kEnglish, kToday);
  std::ofstream(folder_ + "/own/a.pdf") << doc::to_pdf(one).value();
  one.blocks.insert(one.blocks.begin() + 1, doc::paragraph("Another line that moves the rest."));
  std::ofstream(folder_ + "/own/b.pdf") << doc::to_pdf(one).value();
  EXPECT_GT(share_that_differs(blurred(picture_of(folder_ + "/own/a.pdf", 1, 72)),
                               blurred(picture_of(folder_ + "/own/b.pdf", 1, 72))),
            kLargestShare);
}

}  // namespace
}  // namespace daybreak::library::documents
