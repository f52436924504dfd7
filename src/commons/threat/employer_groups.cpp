// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/employer_groups.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace daybreak::threat {
namespace {

struct Decision {
  std::string a, b;
  bool same = false;
};

struct Edge {
  double probability = 0;
  std::size_t a = 0, b = 0;
};

class Groups {
 public:
  explicit Groups(std::vector<std::string> keys) : keys_(std::move(keys)), group_(keys_.size()) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      group_[i] = i;
      members_.push_back({i});
    }
  }
  std::size_t find(const std::string& key) const {
    const auto at = std::ranges::lower_bound(keys_, key);
    return at == keys_.end() || *at != key ? keys_.size()
                                           : static_cast<std::size_t>(at - keys_.begin());
  }
  std::size_t size() const { return keys_.size(); }
  void forbid(std::size_t a, std::size_t b) { forbidden_.insert(std::minmax(a, b)); }
  void join(std::size_t a, std::size_t b) {
    const std::size_t into = group_[a], from = group_[b];
    if (into == from) return;
    for (const std::size_t one : members_[into])
      for (const std::size_t other : members_[from])
        if (forbidden_.contains(std::minmax(one, other))) return;
    for (const std::size_t one : members_[from]) {
      group_[one] = into;
      members_[into].push_back(one);
    }
    members_[from].clear();
  }
  // The least key of a group names the employer.
  std::string employer_of(std::size_t row) const {
    const auto& members = members_[group_[row]];
    return keys_[*std::ranges::min_element(members)];
  }
  const std::string& key(std::size_t row) const { return keys_[row]; }

 private:
  std::vector<std::string> keys_;  // sorted
  std::vector<std::size_t> group_;
  std::vector<std::vector<std::size_t>> members_;
  std::set<std::pair<std::size_t, std::size_t>> forbidden_;
};

Result<std::vector<Decision>> read_decisions(db::Connection& c) {
  std::vector<Decision> decisions;
  for (const db::Row& row :
       TRY(c.query("SELECT a, b, same FROM threat_employer_decision ORDER BY a, b")))
    decisions.push_back({row.text(0), row.text(1), row.boolean(2)});
  return decisions;
}

// Every spelling that shares a cluster with one that was decided about.
Result<std::map<std::string, std::string>> touched_rows(db::Connection& c,
                                                        const std::vector<Decision>& decisions) {
  std::set<std::string> clusters;
  for (const Decision& decision : decisions)
    for (const std::string& key : {decision.a, decision.b})
      if (const auto row = TRY(
              c.query_one("SELECT cluster FROM threat_employer_spelling WHERE key = $1", {key})))
        clusters.insert(row->text(0));
  std::map<std::string, std::string> rows;  // key, cluster
  for (const std::string& cluster : clusters)
    for (const db::Row& row :
         TRY(c.query("SELECT key FROM threat_employer_spelling WHERE cluster = $1", {cluster})))
      rows.emplace(row.text(0), cluster);
  return rows;
}

Result<std::vector<Edge>> links_inside(db::Connection& c, const Groups& groups,
                                       const std::map<std::string, std::string>& rows) {
  std::vector<Edge> edges;
  for (const auto& [key, cluster] : rows)
    for (const db::Row& row :
         TRY(c.query("SELECT b, probability FROM threat_employer_pair WHERE a = $1 AND probability "
                     ">= 0.5 ORDER BY b",
                     {key}))) {
      const auto other = rows.find(row.text(0));
      if (other == rows.end() || other->second != cluster) continue;
      edges.push_back({row.number(1), groups.find(key), groups.find(row.text(0))});
    }
  std::ranges::stable_sort(
      edges, [](const Edge& a, const Edge& b) { return a.probability > b.probability; });
  return edges;
}

}  // namespace

Result<void> apply_decisions(db::Connection& c) {
  const std::vector<Decision> decisions = TRY(read_decisions(c));
  const auto rows = TRY(touched_rows(c, decisions));
  std::vector<std::string> keys;
  for (const auto& [key, cluster] : rows) keys.push_back(key);
  Groups groups(std::move(keys));
  for (const Decision& decision : decisions) {
    const std::size_t a = groups.find(decision.a), b = groups.find(decision.b);
    if (!decision.same && a < groups.size() && b < groups.size()) groups.forbid(a, b);
  }
  for (const Decision& decision : decisions) {
    const std::size_t a = groups.find(decision.a), b = groups.find(decision.b);
    if (decision.same && a < groups.size() && b < groups.size()) groups.join(a, b);
  }
  for (const Edge& edge : TRY(links_inside(c, groups, rows))) groups.join(edge.a, edge.b);
  for (std::size_t row = 0; row < groups.size(); ++row)
    TRY(c.execute("UPDATE threat_employer_spelling SET employer = $2 WHERE key = $1",
                  {groups.key(row), groups.employer_of(row)}));
  return {};
}

}  // namespace daybreak::threat
