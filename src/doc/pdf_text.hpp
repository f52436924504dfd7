// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs of text -> lines of a given width, with Pango, remembering which part belongs to which place
// of the structure tree. Not for users of doc/. One Shaper belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <pango/pangocairo.h>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "doc/document.hpp"
#include "doc/pdf_structure.hpp"

namespace daybreak::doc {

struct TextStyle {
  double size = 10.5;
  bool bold = false;
  bool mono = false;
  Color ink{27, 27, 27};
  Color link_ink{0, 76, 138};
  Alignment alignment = Alignment::kStart;
};

// A part of a paragraph that is one thing to a reader: plain text, a link, words in a language.
struct TextSegment {
  int start = 0, end = 0;  // bytes of the layout's text
  int slot = kArtifact;
  int link_node = kArtifact;  // where the link annotations hang
  std::string link;
  std::string words;
  Color ink;
  bool underlined = false;
};

struct TextLine {
  PangoLayoutLine* line = nullptr;
  double x = 0, width = 0, height = 0, baseline = 0;
};

struct ShapedText {
  std::unique_ptr<PangoLayout, void (*)(void*)> layout{nullptr, g_object_unref};
  std::vector<TextSegment> segments;
  std::vector<TextLine> lines;
  double height = 0;
  // Footnotes met, with the byte where each is called.
  struct Note {
    int at;
    int number;
    const Inlines* content;
  };
  std::vector<Note> notes;
};

class Shaper {
 public:
  // Fails with kUnavailable when the wanted fonts are not installed.
  static Result<Shaper> create(const std::string& language);

  // Resolves a page reference to its text; footnotes get the next number.
  struct Callbacks {
    std::function<std::string(const Inline&)> page_reference;
    std::function<int()> next_note;
  };
  // Text set to `width` points (0: one line of its natural width) for the structure node `node`.
  std::shared_ptr<ShapedText> shape(const Inlines& inlines, const TextStyle& style, double width,
                                    Structure& structure, int node, const Callbacks& callbacks);
  // Plain words in one slot.
  std::shared_ptr<ShapedText> shape_words(const std::string& words, const TextStyle& style,
                                          double width, int slot);

 private:
  Shaper() = default;
  void finish(ShapedText& text, const std::string& bytes, PangoAttrList* attributes,
              const TextStyle& style, double width);

  std::unique_ptr<PangoFontMap, void (*)(void*)> fonts_{nullptr, g_object_unref};
  std::unique_ptr<PangoContext, void (*)(void*)> context_{nullptr, g_object_unref};
};

constexpr const char* kTextFont = "Noto Sans";
constexpr const char* kMonoFont = "DejaVu Sans Mono";

}  // namespace daybreak::doc
