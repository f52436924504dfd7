// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/database.hpp"

#include <condition_variable>
#include <mutex>

#include "db/engine.hpp"
#include "db/group_writer.hpp"

namespace daybreak::db {
namespace {

using Connect = GroupWriter::Connect;

// Connections for reading, opened when first needed and used again.
class ReaderPool {
 public:
  ReaderPool(Connect connect, std::size_t most)
      : connect_(std::move(connect)), free_places_(most) {}

  Result<std::unique_ptr<EngineConnection>> take() {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, std::chrono::seconds(10), [&] { return free_places_ > 0; }))
      return fail(ErrorKind::kUnavailable, "too many are reading at the same time", {},
                  "Try again");
    --free_places_;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->is_usable()) return connection;
    }
    lock.unlock();
    auto fresh = connect_();
    if (!fresh) give_back(nullptr);
    return fresh;
  }

  void give_back(std::unique_ptr<EngineConnection> connection) {
    std::lock_guard lock(mutex_);
    ++free_places_;
    if (connection && connection->is_usable()) idle_.push_back(std::move(connection));
    returned_.notify_one();
  }

 private:
  Connect connect_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t free_places_;
  std::vector<std::unique_ptr<EngineConnection>> idle_;
};

class Store final : public Database {
 public:
  Store(Engine engine, std::string location, std::unique_ptr<EngineConnection> writer,
        Connect connect_writer, Connect connect_reader, std::size_t readers)
      : engine_(engine),
        location_(std::move(location)),
        readers_(std::move(connect_reader), readers),
        writer_(std::move(writer), std::move(connect_writer)) {}

  Engine engine() const override { return engine_; }
  std::string location() const override { return location_; }
  std::optional<Error> stopped() const override { return writer_.stopped(); }

 protected:
  Result<void> run_write(const Action& action, const Question* first) override {
    return writer_.submit(action, first);
  }

  Result<void> run_read(const Action& action) override {
    auto connection = TRY(begin_read());
    struct Return {
      ReaderPool& pool;
      std::unique_ptr<EngineConnection>& connection;
      ~Return() {
        connection->rollback();
        connection->clear_spoiled();
        pool.give_back(std::move(connection));
      }
    } give_back{readers_, connection};
    return action(*connection);
  }

 private:
  // A connection with its transaction begun. Those that a server's restart cut off while they were
  // idle are thrown away.
  Result<std::unique_ptr<EngineConnection>> begin_read() {
    constexpr int kMostLost = 32;
    for (int lost = 0;; ++lost) {
      auto connection = TRY(readers_.take());
      Result<void> begun = connection->begin();
      if (begun) return connection;
      const bool try_another = !connection->is_usable() && lost < kMostLost;
      readers_.give_back(std::move(connection));
      if (!try_another) return tl::make_unexpected(std::move(begun).error());
    }
  }

  Engine engine_;
  std::string location_;
  ReaderPool readers_;
  GroupWriter writer_;
};

// "postgres://user:secret@host/db?…" without the password.
std::string without_password(std::string_view url) {
  const auto at = url.find('@');
  const auto scheme = url.find("://");
  if (at == std::string_view::npos || scheme == std::string_view::npos) return std::string(url);
  const auto colon = url.find(':', scheme + 3);
  if (colon == std::string_view::npos || colon > at) return std::string(url);
  return std::string(url.substr(0, colon)) + std::string(url.substr(at));
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const OpenOptions& options) {
  const bool sqlite = options.url.starts_with("sqlite:");
  if (!sqlite && !options.url.starts_with("postgres://") &&
      !options.url.starts_with("postgresql://"))
    return fail(ErrorKind::kInvalid, "a store's address starts with sqlite: or postgres://", {},
                "Write sqlite:/path/file.db or postgres://user@host/database");
  const auto connect = [sqlite, options](Access access) {
    return sqlite ? connect_sqlite(options, access) : connect_postgres(options, access);
  };
  auto writer = TRY(connect(Access::kWrite));
  std::string location = sqlite ? options.url.substr(7) : without_password(options.url);
  return std::make_unique<Store>(
      sqlite ? Engine::kSqlite : Engine::kPostgres, std::move(location), std::move(writer),
      [connect] { return connect(Access::kWrite); }, [connect] { return connect(Access::kRead); },
      options.readers);
}

Result<std::unique_ptr<Database>> Database::open(std::string_view url) {
  return open(OpenOptions{.url = std::string(url)});
}

}  // namespace daybreak::db
