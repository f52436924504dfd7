// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_content.hpp"

#include <algorithm>
#include <array>
#include <qpdf/Pl_String.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <string_view>

namespace daybreak::doc {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}
bool is_delimiter(char c) {
  return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}

// A painted object runs from its first operator to its last; no mark may start or end between them.
template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& names) {
  return name.size() <= 2 && std::find(names.begin(), names.end(), name) != names.end();
}
bool starts_object(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"re", "m", "BT", "Do", "sh", "BI"};
  return among(name, kNames);
}
bool ends_object(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "f", "ET", "n", "S", "f*", "s", "F", "B", "B*", "b", "b*", "Do", "sh", "EI"};
  return among(name, kNames);
}

// One operator of a content stream with the operands before it.
struct Instruction {
  std::string_view whole;   // operands, white space and operator, as they stand
  std::string_view name;    // the operator
  std::string_view tag;     // first name among the operands: "/P"
  std::string_view number;  // last number among the operands
  bool has_id = false;      // "/MCID" is among the operands
};

// Reads a content stream instruction by instruction, without building objects: pages with many
// small shapes have a hundred thousand of them.
class Scanner {
 public:
  explicit Scanner(std::string_view content) : content_(content) {}

  // False at the end; what stands after the last operator is then rest().
  bool next(Instruction& instruction) {
    instruction = {};
    start_ = at_;
    while (skip_to_token()) {
      const char c = content_[at_];
      if (c == '(') {
        skip_string();
      } else if (c == '<' || c == '>') {
        skip_angle();
      } else if (c == '[' || c == ']' || c == '{' || c == '}' || c == ')') {
        ++at_;
      } else if (c == '/') {
        const std::string_view name = take_word();
        if (instruction.tag.empty()) instruction.tag = name;
        instruction.has_id = instruction.has_id || name == "/MCID";
      } else if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
        instruction.number = take_word();
      } else {
        const std::string_view word = take_word();
        if (word == "true" || word == "false" || word == "null") continue;
        instruction.name = word;
        if (word == "ID") {
          skip_image();
          instruction.name = "EI";
        }
        instruction.whole = content_.substr(start_, at_ - start_);
        return true;
      }
    }
    return false;
  }
  std::string_view rest() const { return content_.substr(start_); }

 private:
  bool skip_to_token() {
    while (at_ < content_.size()) {
      if (content_[at_] == '%') {
        while (at_ < content_.size() && content_[at_] != '\n' && content_[at_] != '\r') ++at_;
      } else if (is_space(content_[at_])) {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }
  std::string_view take_word() {
    const std::size_t start = at_++;
    while (at_ < content_.size() && !is_space(content_[at_]) && !is_delimiter(content_[at_])) ++at_;
    return content_.substr(start, at_ - start);
  }
  void skip_string() {
    int depth = 0;
    for (; at_ < content_.size(); ++at_) {
      const char c = content_[at_];
      if (c == '\\') {
        ++at_;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth == 0) {
        ++at_;
        return;
      }
    }
    at_ = std::min(at_, content_.size());
  }
  void skip_angle() {
    const bool doubled = at_ + 1 < content_.size() && content_[at_ + 1] == content_[at_];
    if (content_[at_] == '>' || doubled) {
      at_ += doubled ? 2 : 1;
      return;
    }
    const std::size_t end = content_.find('>', at_);
    at_ = end == std::string_view::npos ? content_.size() : end + 1;
  }
  // The bytes of an inline image end at "EI" between white space.
  void skip_image() {
    for (std::size_t end = at_; (end = content_.find("EI", end)) != std::string_view::npos; ++end) {
      const bool before = end > at_ && is_space(content_[end - 1]);
      const bool after = end + 2 >= content_.size() || is_space(content_[end + 2]);
      if (before && after) {
        at_ = end + 2;
        return;
      }
    }
    at_ = content_.size();
  }

  std::string_view content_;
  std::size_t at_ = 0, start_ = 0;
};

// Which marks are open. A span that only carries ActualText marks nothing as content or artifact.
class OpenMarks {
 public:
  void follow(const Instruction& instruction) {
    if (instruction.name == "BDC" || instruction.name == "BMC") {
      const bool marks = instruction.has_id || instruction.tag == "/Artifact";
      open_.push_back(marks);
      marking_ += marks;
    } else if (instruction.name == "EMC") {
      if (open_.empty()) {
        ++unbalanced_;
      } else {
        marking_ -= open_.back();
        open_.pop_back();
      }
    }
  }
  bool any() const { return marking_ > 0; }
  int unbalanced() const { return unbalanced_ + !open_.empty(); }

 private:
  std::vector<bool> open_;
  int marking_ = 0, unbalanced_ = 0;
};

std::string content_of(QPDFObjectHandle page) {
  std::string content;
  Pl_String pipeline("content", nullptr, content);
  QPDFPageObjectHelper(page).pipeContents(&pipeline);
  return content;
}

void note_mark(MarkedPage& page, const Instruction& instruction) {
  if (instruction.name == "BDC" && instruction.has_id && instruction.tag != "/Artifact") {
    page.ids.push_back(std::atoi(std::string(instruction.number).c_str()));
  }
}

}  // namespace

std::string with_artifacts(QPDFObjectHandle page, MarkedPage& marks) {
  const std::string content = content_of(page);
  std::string out;
  out.reserve(content.size() + content.size() / 8);
  Scanner scanner(content);
  OpenMarks open_marks;
  bool open = false;
  for (Instruction instruction; scanner.next(instruction);) {
    if (!open && !open_marks.any() && starts_object(instruction.name)) {
      out += "\n/Artifact BMC";
      open = true;
    }
    out += instruction.whole;
    if (open && ends_object(instruction.name)) {
      out += "\nEMC";
      open = false;
    }
    note_mark(marks, instruction);
    open_marks.follow(instruction);
  }
  out += scanner.rest();
  return out;
}

MarkedPage read_marks(QPDFObjectHandle page) {
  const std::string content = content_of(page);
  MarkedPage marks;
  Scanner scanner(content);
  OpenMarks open_marks;
  for (Instruction instruction; scanner.next(instruction);) {
    note_mark(marks, instruction);
    open_marks.follow(instruction);
    if (ends_object(instruction.name) && instruction.name != "n") {
      marks.paints = true;
      if (!open_marks.any()) ++marks.unmarked;
    }
  }
  marks.unbalanced = open_marks.unbalanced();
  return marks;
}

}  // namespace daybreak::doc
