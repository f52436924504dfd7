// SPDX-License-Identifier: AGPL-3.0-or-later
// Markup: the growing HTML of one page. What goes in is escaped by the type of the door it goes
// through: text(), attribute values, Href. Names of elements and attributes and fixed() take only
// literals, so nothing a person typed can become markup; a wrong name does not compile. Element
// attributes that hold addresses take an Href and nothing else; style and event attributes and
// script, style, iframe elements do not exist here. One Markup belongs to one thread.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "html/href.hpp"
#include "language/words.hpp"

namespace daybreak::html {

using language::Language;
using language::Words;

// A literal element name, checked when the program is compiled.
class Tag {
 public:
  consteval Tag(const char* name) : name_(name) {
    for (std::string_view bad :
         {"script", "style", "iframe", "object", "embed", "base", "meta", "link"}) {
      if (name_ == bad) throw std::logic_error("not an element pages may make");
    }
    for (char c : name_) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
        throw std::logic_error("not an element name");
    }
  }
  constexpr std::string_view name() const { return name_; }

 private:
  std::string_view name_;
};

enum class AttributeKind : std::uint8_t { kPlain, kAddress };

// A literal attribute name of one kind, checked when the program is compiled.
template <AttributeKind kind>
class AttributeName {
 public:
  consteval AttributeName(const char* name) : name_(name) {
    if (name_.starts_with("on") || name_ == "style" || name_ == "srcdoc" || name_ == "srcset")
      throw std::logic_error("not an attribute pages may make");
    bool address = false;
    for (std::string_view one : {"href", "src", "action", "formaction", "poster", "data", "cite"})
      address = address || name_ == one;
    if (address != (kind == AttributeKind::kAddress))
      throw std::logic_error("addresses are given as an Href, other values are not");
    for (char c : name_) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
        throw std::logic_error("not an attribute name");
    }
  }
  constexpr std::string_view name() const { return name_; }

 private:
  std::string_view name_;
};

// An attribute without value that is there or not: {"checked", Presence(is_checked)}.
struct Presence {
  constexpr explicit Presence(bool there) : there(there) {}
  bool there;
};

// A value that leaves the whole attribute out when it is empty: {"title", maybe(hint)}.
struct Maybe {
  std::string_view value;
};
inline Maybe maybe(std::string_view value) { return {value}; }

class Attribute {
 public:
  using Plain = AttributeName<AttributeKind::kPlain>;
  using Address = AttributeName<AttributeKind::kAddress>;
  template <typename T>
    requires(std::convertible_to<T, std::string_view> &&
             !std::same_as<std::remove_cvref_t<T>, Href>)
  Attribute(Plain name, const T& value) : name_(name.name()), value_(value) {}
  template <std::same_as<Href> T>
  Attribute(Address name, const T& value)
      : name_(name.name()), value_(value.view()), form_(Form::kAddress) {}
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  Attribute(Plain name, T value)
      : name_(name.name()), form_(Form::kNumber), number_(static_cast<std::int64_t>(value)) {}
  Attribute(Plain name, Presence presence)
      : name_(name.name()), form_(presence.there ? Form::kBare : Form::kAbsent) {}
  Attribute(Plain name, Maybe maybe)
      : name_(name.name()),
        value_(maybe.value),
        form_(maybe.value.empty() ? Form::kAbsent : Form::kValue) {}

 private:
  friend class Markup;
  enum class Form : std::uint8_t { kValue, kAddress, kNumber, kBare, kAbsent };
  std::string_view name_;
  std::string_view value_;
  Form form_ = Form::kValue;
  std::int64_t number_ = 0;
};

using Attributes = std::initializer_list<Attribute>;

// Markup written in the source of the program; only a literal can become one.
class Fixed {
 public:
  template <std::size_t N>
  consteval Fixed(const char (&literal)[N]) : text_(literal, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// Markup made by a program that escapes for itself: cmark-gfm in safe mode, our own SVG files.
// The one door past the escaping; easy to find by search, and reviewed where it is used.
class TrustedMarkup {
 public:
  static TrustedMarkup vouch_for(std::string markup) { return TrustedMarkup(std::move(markup)); }
  std::string_view text() const { return text_; }

 private:
  explicit TrustedMarkup(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// What goes inside a component: any callable that writes, kept only for the duration of the call.
class Content {
 public:
  template <std::invocable F>
    requires(!std::same_as<std::remove_cvref_t<F>, Content>)
  Content(F&& write)  // NOLINT: implicit, so that a lambda can be given
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(write)))),
        call_([](void* object) { (*static_cast<std::remove_reference_t<F>*>(object))(); }) {}
  Content() = default;
  explicit operator bool() const { return call_ != nullptr; }
  void operator()() const {
    if (call_ != nullptr) call_(object_);
  }

 private:
  void* object_ = nullptr;
  void (*call_)(void*) = nullptr;
};

class Markup {
 public:
  explicit Markup(Language language = Language::kEnglish) : language_(language) {
    out_.reserve(16 * 1024);
  }
  Markup(const Markup&) = delete;
  Markup& operator=(const Markup&) = delete;
  Markup(Markup&&) = default;

  Language language() const { return language_; }
  Words words() const { return Words(language_); }

  // Text, with &, < and > escaped; bytes that are not UTF-8 become U+FFFD.
  Markup& text(std::string_view value);
  Markup& open(Tag tag, Attributes attributes = {});
  Markup& close(Tag tag);
  // An element without content (input, br, img, path).
  Markup& lone(Tag tag, Attributes attributes = {});
  Markup& element(Tag tag, Attributes attributes, std::string_view text);
  Markup& element(Tag tag, Attributes attributes, Content content);
  Markup& fixed(Fixed markup) { return raw(markup.text()); }
  Markup& trusted(const TrustedMarkup& markup) { return raw(markup.text()); }
  // What another Markup holds is escaped already.
  Markup& append(const Markup& other) { return raw(other.out_); }

  // "field-3": an id that this page has not used yet.
  std::string unique_id(std::string_view prefix);

  std::string_view view() const { return out_; }
  std::string take() && { return std::move(out_); }

 private:
  Markup& raw(std::string_view text) {
    out_.append(text);
    return *this;
  }
  void write(const Attribute& attribute);
  void write_quoted(std::string_view value);

  std::string out_;
  Language language_;
  int next_id_ = 0;
};

// `text` escaped for use outside a Markup (feeds, mails).
std::string escape(std::string_view text);

// Words that cannot be left out of a component: leaving out the member does not compile, and blank
// words are a bug that throws. Views its argument: build parameter structs in the call itself.
class Required {
 public:
  template <typename T>
    requires std::convertible_to<const T&, std::string_view>
  Required(const T& text) : text_(text) {  // NOLINT: implicit, so that words can be given
    if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos)
      throw std::logic_error("html: a component was made without its words");
  }
  operator std::string_view() const { return text_; }
  std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace daybreak::html
