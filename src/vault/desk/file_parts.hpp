// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk/ only: the parts of one person's page, each written and routed by its own file.
#pragma once

#include "vault/clients/clients.hpp"
#include "vault/desk/desk.hpp"
#include "vault/plans/plans.hpp"

namespace daybreak::vault::desk {

inline html::Href file_address(clients::ClientId id) {
  return html::Href("/vault/clients") / id.to_string();
}

// What a part is written with.
struct OpenFile {
  const Desk& desk;
  const http::Request& request;
  const Work& work;
  const clients::ClientFile& file;
  clients::ClientId id() const { return file.line.id; }
};

// A part that cannot be opened says so in its own place.
void write_damage(html::Markup& out);
// What may be told now, each with its end in one tap; nothing when nothing may.
void write_living_releases(html::Markup& out, const OpenFile& open);
void write_services(html::Markup& out, const OpenFile& open);
void write_notes(html::Markup& out, const OpenFile& open);
void write_household(html::Markup& out, const OpenFile& open);
// The open tasks of this person, the one first that harms most when late.
void write_next_step(html::Markup& out, const OpenFile& open);
void write_tasks(html::Markup& out, const OpenFile& open);
// Goals and the safety plan without a word of them, and the way to both.
void write_plan(html::Markup& out, const OpenFile& open);
// What happened to the file itself: closed, opened again, to be shredded; and the way to these.
void write_state(html::Markup& out, const OpenFile& open);

// The member's own tasks that harm most when late; nothing when there are none.
void write_waiting(html::Markup& out, const Desk& desk, const http::Request& request,
                   const Work& work);

void add_task_routes(http::Router& router, const Desk& desk);
void add_service_routes(http::Router& router, const Desk& desk);
void add_note_routes(http::Router& router, const Desk& desk);
void add_household_routes(http::Router& router, const Desk& desk);
void add_ending_routes(http::Router& router, const Desk& desk);

void add_plan_routes(http::Router& router, const Desk& desk);
void add_safety_plan_routes(http::Router& router, const Desk& desk);

// Who holds a key of this vault, as choices, and the one that was chosen in `field`.
std::vector<html::Option> member_options(const Desk& desk, language::Words t, const Work& work,
                                         const std::optional<trust::MemberId>& chosen);
Result<trust::MemberId> member_in(const Work& work, const http::Fields& fields,
                                  std::string_view field);
// The goals of this person that have not ended, as choices of the field "for_goal", without a word
// of them; and what was chosen.
std::vector<html::Option> goal_options(language::Words t, const Work& work,
                                       clients::ClientId client,
                                       const std::optional<plans::GoalId>& chosen);
Result<std::optional<plans::GoalId>> goal_in(const http::Fields& fields);

// A page below one person's file, with the way back; nothing of the file is opened for its heading.
http::Response file_subpage(const Desk& desk, const http::Request& request, const Work& work,
                            clients::ClientId id, std::string_view title,
                            const std::function<void(html::Markup&)>& content,
                            http::Status status = http::Status::kOk);

// After an act on a file: back to `here`; what was wrong with a field is said in words, what was
// typed is not repeated.
http::Response after(const Desk& desk, const http::Request& request, const Result<void>& done,
                     const html::Href& here);
// A POST route that acts on the client of its address.
using FileAct = std::function<Result<void>(const Work&, const http::Request&, clients::ClientId)>;
void post_to_file(http::Router& router, const Desk& desk, const char* path, const char* back,
                  FileAct act, std::size_t body_limit = 64 * 1024);

}  // namespace daybreak::vault::desk
