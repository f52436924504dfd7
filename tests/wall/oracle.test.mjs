// SPDX-License-Identifier: AGPL-3.0-or-later
// decide() against an independent oracle: data/policy/policy.toml is read by another TOML reader, written as Cedar
// policies, and Cedar answers the same random questions. $DAYBREAK_QUESTIONS: how many.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import cedar from "@cedar-policy/cedar-wasm/nodejs";
import { parse } from "smol-toml";

const count = Number(process.env.DAYBREAK_QUESTIONS ?? 1_000_000);
const policy = parse(readFileSync(new URL("../../data/policy/policy.toml", import.meta.url), "utf8"));

const quoted = (words) => words.map((word) => JSON.stringify(word)).join(", ");
const oneOf = (field, words) => `[${quoted(words)}].contains(context.${field})`;

// What each relation means, said in Cedar and not taken from our code.
const member = `context.actor == "member"`;
const owner = `(${member} && context.owner != 0 && context.owner == context.organization)`;
const named = `(${member} && context.organization != 0 && context.partners.contains(context.organization))`;
const relations = {
  owner,
  named,
  self: `(${member} && context.subject != 0 && context.subject == context.member)`,
  unowned: `context.owner == 0`,
  stranger: `!(${owner} || ${named})`,
};

function conditions(rule) {
  const all = [];
  if (rule.actors) all.push(oneOf("actor", rule.actors));
  if (rule.audiences) all.push(oneOf("audience", rule.audiences));
  if (rule.relations) all.push(`(${rule.relations.map((relation) => relations[relation]).join(" || ")})`);
  if (rule.kinds) all.push(member, oneOf("kind", rule.kinds));
  if (rule.standing) all.push(member, oneOf("standing", rule.standing));
  if (rule.roles) all.push(member, `context.roles.containsAny([${quoted(rule.roles)}])`);
  if (rule.purposes) all.push(oneOf("purpose", rule.purposes));
  if (rule.confirmed) {
    const limit = policy.confirmation_minutes * 60_000;
    all.push(`context has confirmed`, `context.confirmed >= 0`, `context.confirmed <= ${limit}`);
  }
  return all.length ? all.join(" && ") : "true";
}

// A rule speaks of the actions that its types have; a forbidding rule without actions of all of them. One set of
// policies for each action: Cedar looks through a whole set at each question.
function preparse() {
  for (const [type, actions] of Object.entries(policy.vocabulary))
    for (const action of actions) {
      const rules = policy.rule.filter((rule) => rule.types.includes(type) && (!rule.actions || rule.actions.includes(action)));
      const text = rules.map((rule) =>
        `${rule.effect}(principal, action == Action::${JSON.stringify(`${type}.${action}`)}, resource) when { ${conditions(rule)} };`);
      const parsed = cedar.preparsePolicySet(`${type}.${action}`, { staticPolicies: text.join("\n") });
      assert.equal(parsed.type, "success", JSON.stringify(parsed.errors ?? ""));
    }
  // Words that the file does not have.
  assert.equal(cedar.preparsePolicySet("none", { staticPolicies: "" }).type, "success");
}
const known = (type, action) => policy.vocabulary[type]?.includes(action) ?? false;

const list = (text) => (text === "-" ? [] : text.split(","));
function toCall(columns, fields) {
  const q = Object.fromEntries(columns.map((name, i) => [name, fields[i]]));
  const context = {
    actor: q.actor, kind: q.kind, standing: q.standing, roles: list(q.roles), audience: q.audience,
    purpose: q.purpose === "-" ? "" : q.purpose, organization: Number(q.organization), member: Number(q.member),
    owner: Number(q.owner), subject: Number(q.subject), partners: list(q.partners).map(Number),
  };
  if (q.confirmed !== "-") context.confirmed = Number(q.confirmed);
  return {
    principal: { type: "Actor", id: "one" }, action: { type: "Action", id: `${q.type}.${q.action}` },
    resource: { type: "Record", id: "one" }, context, entities: [],
    preparsedPolicySetId: known(q.type, q.action) ? `${q.type}.${q.action}` : "none",
  };
}

test(`${count} random questions: decide() and Cedar agree`, { timeout: 1_700_000 }, async () => {
  preparse();
  const asking = spawn(process.env.DAYBREAK_WALL_QUESTIONS, [String(count), process.env.DAYBREAK_SEED ?? "6"]);
  let columns, asked = 0, allowed = 0;
  const disagreements = [];
  for await (const line of createInterface({ input: asking.stdout })) {
    const fields = line.split("\t");
    if (!columns) { columns = fields; continue; }
    const answer = cedar.statefulIsAuthorized(toCall(columns, fields));
    assert.equal(answer.type, "success", line + JSON.stringify(answer));
    assert.deepEqual(answer.response.diagnostics.errors, [], line);
    const ours = fields.at(-1) === "1";
    if ((answer.response.decision === "allow") !== ours && disagreements.length < 10)
      disagreements.push(`${line} but Cedar says ${answer.response.decision}`);
    asked += 1;
    allowed += ours ? 1 : 0;
  }
  console.log(`[ figure  ] ${asked} questions, ${allowed} allowed, ${disagreements.length} disagreements`);
  assert.equal(asked, count);
  assert.ok(allowed > count / 50, "nearly nothing was allowed: this would show nothing");
  assert.deepEqual(disagreements, []);
});
