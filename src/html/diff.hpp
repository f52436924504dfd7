// SPDX-License-Identifier: AGPL-3.0-or-later
// Field by field: what stands, what is proposed. Words say what was added and removed; colour only
// repeats it. With a choice per field when `choose` is set (radio buttons "<name>": "keep"/"take").
#pragma once

#include <span>
#include <string>

#include "html/markup.hpp"

namespace daybreak::html {

struct FieldChange {
  std::string name;   // of the field, for the form
  std::string label;  // in the reader's words
  std::string before;
  std::string after;
};

enum class DiffMode : std::uint8_t { kShow, kChoose };
struct Diff {
  Required caption;
  std::span<const FieldChange> changes;
  std::string_view before_label = {};  // "Now" unless given
  std::string_view after_label = {};   // "Proposed" unless given
  DiffMode mode = DiffMode::kShow;
};
void diff(Markup& out, const Diff& diff);

// The word-level changes between two texts, as <del> and <ins>.
void word_diff(Markup& out, std::string_view before, std::string_view after);

}  // namespace daybreak::html
