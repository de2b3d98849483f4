#pragma once

#include "command/command.hpp"
#include "command/text_pool.hpp"
#include "http/bulk_json.hpp"

#include <cstddef>

namespace memstore::http {

/** Entries of an import that become one transaction. Owns their bytes.

    What goes into one batch depends on the entries alone, not on how they came: so two imports of
    the same entries are the same transactions.

    @par Threads  one at a time
*/
class import_batch {
public:
    /// So few that others hardly notice, so many that they cost little each.
    static constexpr std::size_t entries_max = 500;
    static constexpr std::size_t bytes_max = std::size_t{256} * 1024;

    void add(const bulk_entry& one);

    /// Whether it is to be executed before the next is added.
    bool full() const noexcept { return size() >= entries_max || bytes_ >= bytes_max; }

    bool empty() const noexcept { return size() == 0; }
    std::size_t size() const noexcept { return transaction_.commands.size(); }

    /// Bytes of keys and values.
    std::size_t bytes() const noexcept { return bytes_; }

    const command::transaction& transaction() const noexcept { return transaction_; }

    void clear() noexcept;

private:
    command::transaction transaction_;
    command::text_pool texts_;
    std::size_t bytes_ = 0;
};

}  // namespace memstore::http
