// SPDX-License-Identifier: AGPL-3.0-or-later
// What may be told of a person now, on top of her or his file: whoever hears "stop" ends it here.
#include "vault/desk/file_parts.hpp"
#include "vault/releases/releases.hpp"

namespace daybreak::vault::desk {

void write_living_releases(html::Markup& out, const OpenFile& open) {
  const language::Words t = out.words();
  const auto all = releases::Releases(open.work).of_client(open.id());
  if (!all) return write_damage(out);
  for (const releases::ReleaseRow& row : *all) {
    if (!row.may_view(open.work.now())) continue;
    const html::Href address = html::Href("/vault/releases") / row.id.to_string();
    html::paragraph(out, [&] {
      html::link(out,
                 t("R-{0} is in force until {1}",
                   {std::to_string(row.number), time_words(t, *row.expires_at)}),
                 address);
    });
    html::action_button(out, {.action = address / "stop",
                              .csrf_token = visit::csrf_of(open.request),
                              .text = t("She or he said stop"),
                              .kind = html::ButtonKind::kOutline,
                              .name = "how",
                              .value = "spoken"});
  }
}

}  // namespace daybreak::vault::desk
