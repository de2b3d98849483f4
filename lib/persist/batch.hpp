#pragma once

#include "persist/effect.hpp"
#include "persist/journal_record.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace memstore::persist {

/** Whole transactions on their way into one entry of the journal.

    @par Threads  one at a time
*/
class batch {
public:
    batch() : bytes_(entry_header_bytes, '\0') {}

    /// Copies a transaction, of at least one effect. Complexity: its bytes.
    void add(std::uint64_t version, std::span<const effect> effects);

    /// Forgets the transactions, keeps the memory.
    void clear() noexcept;
    /// clear(), and gives back the memory that is beyond `kept_bytes_max`.
    void shrink(std::size_t kept_bytes_max);

    bool empty() const noexcept { return transactions_ == 0; }
    std::uint32_t transactions() const noexcept { return transactions_; }
    /// Of the entry that it becomes.
    std::size_t bytes() const noexcept { return bytes_.size(); }
    /// The highest commit version in it; 0 while it is empty.
    std::uint64_t last_version() const noexcept { return last_version_; }

    /** Makes it an entry. Not while it is empty.

        @param header  where the entry stands; what it says of the body is filled in
        @return all bytes of the entry, borrowed until the next call of a function that changes it
    */
    std::string_view seal(entry_header header, std::uint64_t salt);

private:
    std::string bytes_;  // room for the header, then the body
    std::uint32_t transactions_ = 0;
    std::uint64_t last_version_ = 0;
};

}  // namespace memstore::persist
