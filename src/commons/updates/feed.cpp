// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/feed.hpp"

#include <fmt/format.h>

#include "commons/updates/letters.hpp"
#include "doc/html_edition.hpp"

namespace daybreak::updates {

using doc::escape_html;

Result<std::string> to_atom(const Feed& feed, std::span<const Issue> issues) {
  const std::string self = feed.site + language::localize_path(feed.language, feed.path);
  const Instant updated =
      issues.empty() ? feed.updated : issues.front().published_at.value_or(feed.updated);
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
      "xml:lang=\"{}\">\n<title>{}</title>\n<id>{}</id>\n<link rel=\"self\" href=\"{}\"/>\n<link "
      "href=\"{}\"/>\n<updated>{}</updated>\n",
      language::code_of(feed.language), escape_html(feed.title), escape_html(self),
      escape_html(self), escape_html(feed.site + language::localize_path(feed.language, "/news")),
      format_instant(updated));
  for (const Issue& issue : issues) {
    const Rendered made = TRY(render(issue, feed.language));
    const Topic* topic = find_topic(issue.topic);
    const std::string at = format_instant(issue.published_at.value_or(feed.updated));
    out += fmt::format(
        "<entry xml:lang=\"{}\">\n<title>{}</title>\n<id>urn:uuid:{}</id>\n<link href=\"{}\"/>\n"
        "<published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n"
        "<category term=\"{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
        language::code_of(made.language), escape_html(made.title), issue.id.to_string(),
        escape_html(feed.site +
                    language::localize_path(feed.language, "/news/" + issue.id.to_string())),
        at, at, escape_html(feed.title), escape_html(topic == nullptr ? "" : topic->id),
        escape_html(made.html));
  }
  return out + "</feed>\n";
}

}  // namespace daybreak::updates
