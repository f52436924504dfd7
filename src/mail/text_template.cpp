// SPDX-License-Identifier: AGPL-3.0-or-later
#include "mail/text_template.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "base/text.hpp"

namespace daybreak::mail {
namespace {

tl::unexpected<Error> refuse(std::string why, std::string_view source, std::size_t at) {
  const auto line =
      1 + std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return fail(ErrorKind::kInvalid, std::move(why), fmt::format("template line {}", line));
}

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Result<TextTemplate> TextTemplate::create(std::string_view source,
                                          const std::vector<std::string>& known) {
  constexpr std::size_t kMostBytes = 256 * 1024;
  if (source.size() > kMostBytes) return refuse("the template is longer than 256 KiB", source, 0);
  if (!is_valid_utf8(source)) return refuse("the template is not valid UTF-8", source, 0);
  TextTemplate made;
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = source.find("{{", at)) != std::string_view::npos;) {
    const std::size_t end = source.find("}}", at);
    if (end == std::string_view::npos) return refuse("\"{{\" is never closed", source, at);
    std::string_view tag = trim(source.substr(at + 2, end - at - 2));
    const char kind = tag.empty() ? ' ' : tag.front();
    if (kind == '!') {
      at = end + 2;
      continue;
    }
    if (kind == '{' || kind == '&' || kind == '>' || kind == '=') {
      return refuse(fmt::format("\"{{{{{}\" is not allowed here", kind), source, at);
    }
    if (kind == '#' || kind == '^' || kind == '/') tag = trim(tag.substr(1));
    const std::string name(tag);
    if (!is_name(name) || std::find(known.begin(), known.end(), name) == known.end()) {
      return refuse(
          fmt::format("there is no field \"{}\"; the fields are: {}", name, join(known, ", ")),
          source, at);
    }
    if (kind == '#' || kind == '^') open.push_back(name);
    if (kind == '/') {
      if (open.empty() || open.back() != name) {
        return refuse(fmt::format("\"{{{{/{}}}}}\" closes what is not open", name), source, at);
      }
      open.pop_back();
    }
    if (std::find(made.used_.begin(), made.used_.end(), name) == made.used_.end()) {
      made.used_.push_back(name);
    }
    at = end + 2;
  }
  if (!open.empty())
    return refuse("the section \"" + open.back() + "\" is never closed", source, source.size());
  made.source_ = source;
  return made;
}

Result<std::string> TextTemplate::render(const Fields& fields, Escaping escaping) const {
  kainjow::mustache::data data;
  for (const std::string& name : used_) {
    const auto field = fields.find(name);
    if (field == fields.end()) {
      return fail(ErrorKind::kInvalid, "the field \"" + name + "\" has no value", "template");
    }
    // An empty text would count as "true" in a section.
    if (field->second.empty()) {
      data.set(name, kainjow::mustache::data(false));
    } else {
      data.set(name, field->second);
    }
  }
  // Rendering keeps state in the parsed template: each call has its own.
  kainjow::mustache::mustache parsed(source_);
  parsed.set_custom_escape([escaping](const std::string& text) {
    return escaping == Escaping::kHtml ? kainjow::mustache::html_escape(text) : text;
  });
  std::string words = parsed.render(data);
  if (!parsed.error_message().empty()) {
    return fail(ErrorKind::kInvalid, parsed.error_message(), "template");
  }
  return words;
}

}  // namespace daybreak::mail
