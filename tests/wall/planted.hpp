// SPDX-License-Identifier: AGPL-3.0-or-later
// A survivor's file in which every sealed field of every room holds a word of its own, written
// through the rooms' services into the demonstration provider's vault; and what a search must look
// for elsewhere. A room that is new to the program and not here fails the check of columns.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "gates/referral/referral_gate.hpp"
#include "gates/release/release_gate.hpp"
#include "tests/wall/finder.hpp"
#include "trust/node.hpp"
#include "vault/vaults.hpp"

namespace daybreak::wall {

class Planted {
 public:
  // `data` holds a new demonstration. Throws std::runtime_error when a service refuses.
  explicit Planted(const std::filesystem::path& data);

  // Everything that a room's service takes as text, from birth to release.
  void plant();
  // What is not as it should be, each with its column: a table without a row, a column of bytes in
  // which no word could be opened, a word that no column keeps.
  std::vector<std::string> column_faults();
  std::size_t sealed_columns() const { return sealed_columns_; }

  // The words (and what they could be turned into) and keys: nowhere in the clear, not even in the
  // own store.
  Finder secrets() const;
  // With the survivor's id and the blind index, which are as much under the law: not outside.
  Finder identifiers() const;
  const std::vector<std::string>& words() const { return words_; }
  // Told to the sheriff under a living release: the word that a detective may see.
  const std::string& told() const { return told_; }
  // Told with it: a file, and the word that its clean copy shows.
  const Uuid& picture() const { return picture_; }
  const std::string& shown() const { return shown_; }
  const Uuid& client() const { return client_.uuid(); }
  const std::vector<Uuid>& ids() const { return ids_; }  // of the file and its parts
  const Uuid& projection() const { return projection_; }
  std::filesystem::path own_folder() const;
  vault::Vault& vault() { return *vault_; }
  db::Database& commons() { return node_->commons(); }
  // A word that is written down nowhere.
  std::string new_word();
  const std::string& passphrase() const { return passphrase_; }
  const std::vector<std::pair<std::string, std::string>>& keys() const { return keys_; }

 private:
  void add_key(const std::string& name, std::string_view bytes) {
    keys_.emplace_back(name, std::string(bytes));
  }
  struct Row;
  vault::Work work() { return {*vault_, advocate_, ring_}; }
  std::string word();
  std::string date();
  void plant_answers();
  void plant_plan(Date today);
  void plant_notes();
  void plant_attachments();
  void keep_file_key(const vault::attachments::AttachmentId& id);
  void plant_retention();
  void plant_releases();
  void plant_referral();
  void collect_keys();
  std::vector<trust::keys::Key> keys_of(const std::string& table, const Row& row);
  std::optional<std::string> open_cell(const std::string& table, const std::string& column,
                                       const std::string& sealed, const Row& row);

  std::filesystem::path data_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<trust::Node> node_;
  std::unique_ptr<vault::Vaults> vaults_;
  vault::Vault* vault_ = nullptr;
  trust::Actor advocate_;
  trust::OrganizationId sheriff_;
  std::shared_ptr<const trust::keys::Keyring> ring_;
  vault::clients::ClientId client_;
  Uuid projection_, picture_;
  std::string told_, shown_, passphrase_;
  std::vector<std::string> words_;
  std::vector<std::pair<std::string, std::string>> keys_;
  std::vector<Uuid> ids_;
  std::vector<trust::keys::Key> file_keys_;  // of attachments
  int dates_ = 0;
  std::size_t sealed_columns_ = 0;
};

}  // namespace daybreak::wall
