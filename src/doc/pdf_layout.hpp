// SPDX-License-Identifier: AGPL-3.0-or-later
// Blocks -> pieces: things of known height that never break, such as one line or one table row,
// each with the marks to paint and the rules for breaking around it. Not for users of doc/. One
// thread.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "doc/page_setup.hpp"
#include "doc/pdf_text.hpp"
#include "doc/survey.hpp"

namespace daybreak::doc {

// Positions are relative to the left end of the column and the top of the piece.
struct TextMark {
  std::shared_ptr<const ShapedText> text;
  std::size_t line;
  double x, y;
  bool artifact = false;  // a copy for the eye only
};
struct PictureMark {
  const Picture* picture;
  double x, y;
  Size size;
  int slot;
  int node;
};
struct RuleMark {
  double x, y, width;
  double thickness;
  Color ink;
  bool dotted = false;
};
struct BoxMark {
  double x, y;
  Size size;
  Color fill;
  bool filled = true;
  bool dashed = false;
};
using Mark = std::variant<BoxMark, RuleMark, TextMark, PictureMark>;

struct Piece {
  double before = 0;  // white space above, dropped at the top of a column
  double height = 0;
  bool keep_with_next = false;
  bool starts_page = false;
  std::vector<Mark> marks;
  std::vector<std::string> anchors;
  std::vector<int> frames;                           // frames that run through this piece
  std::vector<Piece> notes;                          // footnotes called here
  std::shared_ptr<const std::vector<Piece>> header;  // repeated when this piece starts a column
};

// A border or background around consecutive pieces; it breaks where they break.
struct FrameStyle {
  Group::Frame kind;
  double x, width;
};

// Pieces that run through columns of one kind.
struct Strip {
  int columns = 1;
  double gap = 0;
  double column_width = 0;
  std::vector<Piece> pieces;
};

using PageNumbers = std::map<std::string, int>;  // anchor -> page, from 1

struct Flow {
  std::vector<Strip> strips;
  std::vector<FrameStyle> frames;
  Structure structure;
  bool shows_pages = false;  // the text itself names page numbers
};

class Layout {
 public:
  Layout(const Document& document, const PageSetup& setup, const Survey& survey, Shaper& shaper,
         const PageNumbers& pages);
  Result<Flow> run();

 private:
  struct Place {
    double x, width;
    int node;
    double size;        // body size here
    bool list = false;  // tight spacing
  };

  Result<void> flow(std::span<const Block> blocks, const Place& place);
  Result<void> add(const Heading&, const Place&);
  Result<void> add(const Paragraph&, const Place&);
  Result<void> add(const List&, const Place&);
  Result<void> add(const Table&, const Place&);
  Result<void> add(const Figure&, const Place&);
  Result<void> add(const Group&, const Place&);
  Result<void> add(const Columns&, const Place&);
  Result<void> add(const CardSheet&, const Place&);
  Result<void> add(const PageBreak&, const Place&);
  Result<void> add(const TableOfContents&, const Place&);
  Result<void> add(const Index&, const Place&);

  std::vector<Piece>& pieces() { return flow_.strips.back().pieces; }
  void start_strip(int columns, double gap);
  double column_height() const;
  std::string page_of(const std::string& anchor);
  TextStyle style(double size) const;
  Shaper::Callbacks callbacks();
  // One piece a line, no single lines left behind; footnotes go to `parent`.
  void add_lines(const std::shared_ptr<ShapedText>& text, double x, double before, int parent);
  std::vector<Piece> note_pieces(const ShapedText::Note& note, int parent);
  void frame_group(const Group& group, std::size_t first, const Place& place);
  void place_side(const Figure& side, std::size_t first, const Place& place, Size size);
  Result<Size> fitted(const Figure& figure, double width, double height);
  int figure_node(const Figure& figure, int parent);
  // A line whose words lead to an anchor, with the page number at the end side.
  void add_leader_line(const std::string& words, const std::string& anchor, const TextStyle& style,
                       double indent, double before, int node, const Place& place);
  std::vector<double> column_widths(const Table& table, double width, double size);
  void add_row(const TableRow& row, bool header, bool shaded, const std::vector<double>& widths,
               int parent, const Place& place);

  const Document& document_;
  const PageSetup& setup_;
  const Survey& survey_;
  Shaper& shaper_;
  const PageNumbers& pages_;
  Flow flow_;
  int notes_ = 0;
  bool after_heading_ = false;
  bool break_page_ = false;
};

}  // namespace daybreak::doc
