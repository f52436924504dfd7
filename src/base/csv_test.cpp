// SPDX-License-Identifier: AGPL-3.0-or-later
// CSV as people have it: each test is a kind of file that somebody sends.
#include "base/csv.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "base/test_result.hpp"

namespace daybreak {
namespace {

using Rows = std::vector<std::vector<std::string>>;

CsvReader open(std::string text, CsvOptions options = {}) {
  auto source = unpacked(open_memory(std::move(text), "guide.csv"));
  EXPECT_TRUE(source);
  auto reader = CsvReader::open(std::move(*source), options);
  EXPECT_TRUE(reader) << (reader ? "" : reader.error().describe());
  return std::move(*reader);
}

Rows rows_of(CsvReader& reader) {
  Rows rows;
  for (;;) {
    const auto row = reader.next();
    EXPECT_TRUE(row);
    if (!row || !*row) return rows;
    rows.emplace_back((*row)->fields().begin(), (*row)->fields().end());
  }
}

Rows read(std::string text, CsvOptions options = {.header = CsvHeader::kNone}) {
  CsvReader reader = open(std::move(text), options);
  return rows_of(reader);
}

TEST(Csv, ReadsRfc4180) {
  EXPECT_EQ(read("a,b,c\r\n1,\"two, \"\"2\"\"\",\r\n\"multi\r\nline\",,x\r\n"),
            (Rows{{"a", "b", "c"}, {"1", "two, \"2\"", ""}, {"multi\r\nline", "", "x"}}));
  EXPECT_EQ(read("a,b"), (Rows{{"a", "b"}}));
  EXPECT_EQ(read("a,\n"), (Rows{{"a", ""}}));
  EXPECT_EQ(read(""), Rows{});
}

TEST(Csv, LineEndsOfEveryMachine) {
  const Rows expected{{"a", "b"}, {"1", "2"}};
  for (const char* text : {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\r1,2", "a,b\n1,2",
                           "\n\na,b\r\n\r\n1,2\n\n"})
    EXPECT_EQ(read(text), expected) << text;
  CsvReader mac = open("name,city\r\"Shelter\rNorth\",Olean\r");
  EXPECT_TRUE(mac.notes().carriage_returns_only);
  EXPECT_EQ(rows_of(mac), (Rows{{"Shelter\rNorth", "Olean"}}));
}

TEST(Csv, ByteOrderMarkAndHeaderNames) {
  CsvReader reader = open("\xEF\xBB\xBFName , City\nHarbor,Olean\n");
  EXPECT_TRUE(reader.notes().had_byte_order_mark);
  EXPECT_EQ(reader.header(), (std::vector<std::string>{"Name", "City"}));
  EXPECT_EQ(reader.column("CITY"), 1u);
  const auto missing = reader.require_column("phone");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().describe(),
            "guide.csv:1: has no column \"phone\". Its columns are: Name, City");
}

TEST(Csv, ExcelUnicodeTextIsUtf16WithTabs) {
  std::string text = "\xFF\xFE";
  for (const char16_t unit : std::u16string(u"nombre\tciudad\nCa\u00f1ada \U0001F305\tOlean\n")) {
    text += static_cast<char>(unit & 0xFF);
    text += static_cast<char>(unit >> 8);
  }
  CsvReader reader = open(text);
  EXPECT_EQ(reader.notes().delimiter, '\t');
  EXPECT_EQ(rows_of(reader), (Rows{{"Cañada 🌅", "Olean"}}));
}

TEST(Csv, Windows1252RowsAreReadAndReported) {
  CsvReader reader = open("name\nplain\nespa\xF1ol \x93q\x94 \x80\nutf8 ñ\n\"a \"\"\xE9\"\"\"\n");
  EXPECT_EQ(rows_of(reader), (Rows{{"plain"}, {"español “q” €"}, {"utf8 ñ"}, {"a \"é\""}}));
  EXPECT_EQ(reader.notes().rows_in_windows_1252, 2u);
  EXPECT_EQ(reader.notes().first_windows_1252_row, 3u);
}

TEST(Csv, FindsTheDelimiter) {
  EXPECT_EQ(open("a;b;c\n\"x;y\";2,5;3,5\n").notes().delimiter, ';');
  EXPECT_EQ(open("a\tb\nDoe, J\t2\nRoe, K\t3\n").notes().delimiter, '\t');
  EXPECT_EQ(open("a|b\n1|2\n").notes().delimiter, '|');
  EXPECT_EQ(open("name\nx; y\n").notes().delimiter, ',');
  EXPECT_EQ(open("name,notes\nA,one; two; three\nB,four; five\n").notes().delimiter, ',');
}

TEST(Csv, SpreadsheetTextCellsKeepTheirZeros) {
  EXPECT_EQ(read("zip,name\n=\"00123\",x\n\"=\"\"04567\"\"\",y\n=\"1,2\",z\n"),
            (Rows{{"zip", "name"}, {"00123", "x"}, {"04567", "y"}, {"1,2", "z"}}));
}

TEST(Csv, QuotesInTheMiddleAreLetters) {
  EXPECT_EQ(read("5\" pipe,b\n\"Grace\" House,c\n\"a\"\"b\" c\"d,e\n"),
            (Rows{{"5\" pipe", "b"}, {"Grace House", "c"}, {"a\"b c\"d", "e"}}));
}

TEST(Csv, RaggedRowsAreNamedAndCostNoOther) {
  CsvReader reader = open("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n");
  std::vector<std::string> seen;
  for (const CsvRow* row; (row = reader.next().value());)
    seen.push_back(row->ok() ? "ok" : row->place() + " " + row->problem());
  EXPECT_EQ(seen, (std::vector<std::string>{"guide.csv:2 has 2 fields where the header has 3",
                                            "guide.csv:3 has 4 fields where the header has 3", "ok",
                                            "ok"}));
  EXPECT_EQ(reader.notes().bad_rows, 2u);
}

TEST(Csv, PlacesNameTheLineAnEditorShows) {
  CsvReader reader = open("name,city\n\"two\nlines\",Olean\n\nlast,Erie\n");
  EXPECT_EQ(reader.next().value()->place("city"), "guide.csv:2:city");
  const CsvRow* last = reader.next().value();
  EXPECT_EQ(last->place(), "guide.csv:5");
  EXPECT_EQ(last->number(), 3u);
}

TEST(Csv, AnUnclosedQuoteCostsOnlyItsLine) {
  CsvReader reader = open("a,b\n1,\"oops\n2,x\n3,y\n");
  const CsvRow* row = reader.next().value();
  EXPECT_EQ(row->problem_kind(), CsvProblem::kUnclosedQuote);
  EXPECT_EQ((*row)[0], "1");
  EXPECT_EQ((*row)[1], "\"oops");
  EXPECT_EQ(rows_of(reader), (Rows{{"2", "x"}, {"3", "y"}}));
}

TEST(Csv, AnUnclosedQuoteInALongFileIsFoundWithinTheRowLimit) {
  std::string text = "a,b\n1,\"oops\n";
  for (int i = 0; i < 400'000; ++i) text += "row,number\n";
  CsvReader reader = open(text, {.max_row_bytes = 1 << 20});
  EXPECT_EQ(reader.next().value()->problem_kind(), CsvProblem::kUnclosedQuote);
  std::size_t rest = 0;
  while (reader.next().value()) ++rest;
  EXPECT_EQ(rest, 400'000u);
}

TEST(Csv, FieldsAndLinesEndWhereTheyDoAcrossEveryBlock) {
  for (std::size_t size = 0; size < 140; ++size) {
    const std::string first(size, 'x');
    for (const std::string_view end : {"\n", "\r\n"}) {
      std::string text = "a,b,c\n";
      text.append(first).append(",\xC3\xA9,3").append(end).append("4,,6").append(end);
      text.append("7,\xE9,").append(first);  // Windows-1252, and no line end
      CsvReader reader = open(text);
      const CsvRow* row = reader.next().value();
      ASSERT_NE(row, nullptr);
      EXPECT_EQ((*row)[0], first);
      EXPECT_EQ((*row)[1], "\xC3\xA9");
      EXPECT_EQ((*row)[2], "3");
      row = reader.next().value();
      EXPECT_EQ(row->size(), 3u);
      EXPECT_EQ((*row)[1], "");
      EXPECT_EQ((*row)[2], "6");
      EXPECT_EQ(row->line(), 3u);
      row = reader.next().value();
      EXPECT_EQ((*row)[1], "\xC3\xA9") << size;
      EXPECT_EQ((*row)[2], first);
      EXPECT_EQ(reader.notes().rows_in_windows_1252, 1u);
      EXPECT_EQ(reader.next().value(), nullptr);
    }
  }
}

TEST(Csv, ARowThatIsTooLongIsDroppedAlone) {
  CsvReader reader =
      open("a,b\n1," + std::string(3 << 20, 'x') + "\n2,y\n", {.max_row_bytes = 1 << 20});
  EXPECT_EQ(reader.next().value()->problem_kind(), CsvProblem::kRowTooLong);
  const CsvRow* row = reader.next().value();
  EXPECT_EQ((*row)[1], "y");
  EXPECT_EQ(row->line(), 3u);
}

TEST(Csv, ZeroBytesAreAProblemOfTheirRow) {
  CsvReader reader = open(std::string("a\nx\0y\nz\n", 8));
  EXPECT_EQ(reader.next().value()->problem_kind(), CsvProblem::kZeroByte);
  EXPECT_TRUE(reader.next().value()->ok());
}

TEST(Csv, AnEmptyFileIsRefusedWhereAHeaderIsWanted) {
  const auto reader = CsvReader::open(open_memory("\n\n", "guide.csv"));
  ASSERT_FALSE(reader);
  EXPECT_EQ(place_of(reader), "guide.csv");
}

// Gives one byte at a time, so that every row meets the end of the buffer at every place.
class Dripping final : public ByteSource {
 public:
  explicit Dripping(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    if (at_ == text_.size()) return std::size_t{0};
    buffer[0] = text_[at_++];
    return std::size_t{1};
  }
  std::uint64_t taken() const override { return at_; }
  const std::string& name() const override { return name_; }

 private:
  std::string text_, name_ = "drip";
  std::size_t at_ = 0;
};

TEST(Csv, WhatTheWriterWritesTheReaderReads) {
  SeededRandom random(11);
  const std::vector<std::string> pieces{"a",   "\"", ",", "\n", "\r\n", "ñ",
                                        "=\"", " ",  "x", "\r", ";",    "0"};
  for (int round = 0; round < 300; ++round) {
    Rows rows;
    for (std::uint64_t r = 0, count = 1 + random.below(6); r < count; ++r) {
      auto& row = rows.emplace_back();
      for (int f = 0; f < 3; ++f) {
        std::string field;
        for (std::uint64_t k = random.below(6); k > 0; --k)
          field += pieces[random.below(pieces.size())];
        if (field.size() >= 3 && field.starts_with("=\"") && field.ends_with('"')) field.clear();
        row.push_back(field);
      }
      row.push_back("end");
    }
    std::string text;
    CsvWriter writer(text);
    for (const auto& row : rows) writer.row(row);
    const CsvOptions options{.delimiter = ',', .header = CsvHeader::kNone};
    EXPECT_EQ(read(text, options), rows) << text;
    auto dripping = CsvReader::open(std::make_unique<Dripping>(text), options).value();
    EXPECT_EQ(rows_of(dripping), rows) << text;
  }
}

TEST(Csv, FormulasAreNeutralisedForSpreadsheets) {
  std::string text;
  CsvWriter writer(text, CsvFormulas::kNeutralise);
  writer.row({"=HYPERLINK(\"http://example.org\")", "-12.5", "+cmd|' /C calc'!A0", "@SUM(A1)",
              "plain", "\tx"});
  EXPECT_EQ(text,
            "\"'=HYPERLINK(\"\"http://example.org\"\")\",-12.5,'+cmd|' /C "
            "calc'!A0,'@SUM(A1),plain,'\tx\r\n");
}

TEST(Csv, TheSharedDirectoriesReadWithoutABadRow) {
  const char* shared = std::getenv("DAYBREAK_SHARED");
  const std::filesystem::path root =
      std::filesystem::path(shared ? shared : DAYBREAK_SOURCE_DIR "/../shared") /
      "data/directories";
  if (!std::filesystem::exists(root))
    GTEST_SKIP() << "no shared data beside the checkout (" << root << ")";
  const std::map<std::string, std::uint64_t> expected{{"ilao_legal_aid_2019/organizations.csv", 33},
                                                      {"ilao_legal_aid_2019/services.csv", 423},
                                                      {"ilao_legal_aid_2019/locations.csv", 509},
                                                      {"hsds_florida_2019/services.csv", 135},
                                                      {"hsds_florida_2019/locations.csv", 377}};
  for (const auto& [name, rows] : expected) {
    CsvReader reader = CsvReader::open(open_file(root / name).value()).value();
    while (reader.next().value()) continue;
    EXPECT_EQ(reader.notes().rows, rows) << name;
    EXPECT_EQ(reader.notes().bad_rows, 0u) << name;
  }
}

}  // namespace
}  // namespace daybreak
