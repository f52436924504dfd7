// SPDX-License-Identifier: AGPL-3.0-or-later
// The library in the field's terms: facts with their sources, and quick references that are made of
// them. A page never states a fact in words of its own: it quotes the register by id, so that one
// change reaches every page, card and poster. Plain values, safe to share between threads.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "language/language.hpp"

namespace daybreak::library {

using language::Language;

// The same words in both languages.
struct Both {
  std::string en, es;
  const std::string& in(Language language) const {
    return language == Language::kSpanish ? es : en;
  }
  bool empty() const { return en.empty() && es.empty(); }
};

struct Source {
  std::string id;
  std::string publisher;
  std::string title;
  std::string address;
};

// One statement about the world. `value` is the part that pages may quote alone ("two years").
struct Fact {
  std::string id;
  Both text;
  Both value;
  std::string source;  // an id of the sources, or "18 USC 1589", "20 CFR 655.122"
  std::string place;   // where in the source: "(c)(2)", a heading
  Date as_of;          // the state of the source that was read
  Date review_by;      // after this day it counts as expired
  std::string owner;   // the desk that answers for it
  std::string jurisdiction;
  Both dispute;  // what another source says instead; empty: nobody disagrees
  std::string dispute_source;
  Both expired;  // why it counts as expired before its day; empty: only the day decides
};

enum class Standing : std::uint8_t { kCurrent, kDisputed, kExpired };
Standing standing_of(const Fact& fact, Date today);

struct Named {
  std::string id;
  Both name;
};

// A sentence of a reference. Its text may hold {fact:id} (the fact's sentence), {value:id} (its
// value) and {see:id} (nothing visible); all three bind the sentence to the fact.
struct Item {
  Both text;
};
// The ids that a text is bound to, in order.
std::vector<std::string> bound_facts(std::string_view text);

enum class Part : std::uint8_t { kSigns, kKnow, kAsk, kDo, kDoNot };
inline constexpr std::array kParts{Part::kSigns, Part::kKnow, Part::kAsk, Part::kDo, Part::kDoNot};

// One page for one audience on one topic.
struct Reference {
  std::string id;
  std::string audience;
  std::string topic;
  std::string jurisdiction;
  Both title;
  Item lead;
  std::array<std::vector<Item>, kParts.size()> parts;
  std::vector<std::string> calls;  // "911", a code of data/hotlines, or "{fact:id}"
  const std::vector<Item>& in(Part part) const { return parts[static_cast<std::size_t>(part)]; }
};

struct Library {
  std::vector<Named> audiences, topics;
  std::vector<Source> sources;
  std::vector<Fact> facts;
  std::vector<Reference> references;

  const Fact* fact(std::string_view id) const;
  const Reference* reference(std::string_view id) const;
  const Named* audience(std::string_view id) const;
  const Named* topic(std::string_view id) const;
};

// The source that a fact names: an entry of the register or, by its form, a section of the U.S.
// Code or of the Code of Federal Regulations. Nothing is empty when it is known; all is when not.
Source source_of(const Library& library, std::string_view id);

// The visible words of a text: facts and values put in, bindings taken out.
std::string say(const Library& library, std::string_view text, Language language);

// Every fact that a reference is bound to, each once, in reading order.
std::vector<const Fact*> facts_of(const Library& library, const Reference& reference);

}  // namespace daybreak::library
