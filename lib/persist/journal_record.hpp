#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "persist/effect.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The journal's bytes, as FORMAT.md has them: functions from values to bytes and back.
namespace memstore::persist {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t segment_header_bytes = 64;
inline constexpr std::size_t entry_header_bytes = 60;
inline constexpr std::size_t entry_magic_bytes = 4;

/// What is wrong with bytes that should be a record.
enum class defect : std::uint8_t {
    cut_short,
    no_magic,
    wrong_checksum,
    unknown_version,  ///< whole, but of a format that this program does not know
    malformed,        ///< whole, but not what FORMAT.md allows: a mistake of whoever wrote it
};

/// In words, to be put behind "the record ".
std::string_view describe(defect what) noexcept;

template <class T>
using decoded = boost::system::result<T, defect>;

/// The value of a defect that was read as one: a bug, so it ends in an exception.
[[noreturn]] void throw_exception_from_error(defect what, const boost::source_location& where);

struct segment_header {
    std::uint64_t epoch = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t previous_hash = 0;
    std::uint64_t salt = 0;
    base::moment created = {};
    bool shown_early = false;  ///< answers did not wait until what they told was durable

    friend bool operator==(const segment_header&, const segment_header&) = default;
};

struct entry_header {
    std::uint64_t epoch = 0;
    std::uint64_t sequence = 0;
    std::uint64_t durable = 0;  ///< up to which entry the journal was when this was written
    std::uint64_t previous_hash = 0;
    std::uint64_t body_bytes = 0;
    std::uint32_t transactions = 0;
    std::uint32_t body_checksum = 0;

    std::uint64_t bytes() const noexcept { return entry_header_bytes + body_bytes; }
    friend bool operator==(const entry_header&, const entry_header&) = default;
};

std::string encode(const segment_header& header);
std::string encode(const entry_header& header, std::uint64_t salt);

/// @param bytes  what begins with a header
decoded<segment_header> decode_segment_header(std::string_view bytes);
decoded<entry_header> decode_entry_header(std::string_view bytes, std::uint64_t salt);

/// Where in `bytes`, from `from` on, an entry's magic stands next, or npos.
std::size_t find_entry_magic(std::string_view bytes, std::size_t from) noexcept;

/// Appends a transaction to the body of an entry. It has at least one effect.
void append_transaction(std::string& body, const transaction& appended);

/** The transactions in the body of an entry.

    @par Complexity  one pass; the effects borrow from the body
    @par Threads     one at a time
*/
class body_reader {
public:
    explicit body_reader(std::string_view body) noexcept : in_(body) {}

    /// The next transaction, borrowed until the next call; nothing at the end, or where the body is
    /// not what FORMAT.md allows.
    std::optional<transaction> next();

    bool malformed() const noexcept { return in_.failed(); }

    /// Where the next transaction begins.
    std::size_t offset() const noexcept { return in_.offset(); }

private:
    bool read_effect(std::uint64_t commit_version);

    base::byte_reader in_;
    std::vector<effect> effects_;
};

}  // namespace memstore::persist
