// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk/ only: what the pages of a plan have in common.
#pragma once

#include <functional>

#include "vault/desk/desk.hpp"
#include "vault/plans/plans.hpp"

namespace daybreak::vault::desk {

// What a page of one person's plan is written with.
struct PlanRoom {
  const Desk& desk;
  const http::Request& request;
  const Work& work;
  clients::ClientId client;
};

html::Href plan_address(clients::ClientId id);
html::Href goal_address(clients::ClientId id, plans::GoalId goal);

// "Under way · 2026-11-18"
std::string state_words(language::Words t, plans::State state, Date since);
// "Purged" where no words are left.
std::string said_words(language::Words t, const Secret<std::string>& words);
std::string goal_title(language::Words t, std::int64_t number, std::string_view area);

// The fields of a new goal or step, or of one that is changed.
void goal_fields(html::Markup& out, const PlanRoom& room, const plans::Goal* goal);
void step_fields(html::Markup& out, const PlanRoom& room, const plans::Step* step);
Result<plans::GoalTerms> read_goal_terms(const Desk& desk, const http::Fields& fields);
Result<plans::StepTerms> read_step_terms(const Desk& desk, const Work& work,
                                         const http::Fields& fields);
void write_steps(html::Markup& out, const PlanRoom& room, plans::GoalId goal,
                 const std::vector<plans::Step>& steps);

// A GET route below one person's file.
void get_plan(http::Router& router, const Desk& desk, const char* path,
              std::function<http::Response(const PlanRoom&)> answer);
void add_goal_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::vault::desk
