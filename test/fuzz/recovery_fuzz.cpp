#include "persist/recovery.hpp"

#include "base/bytes.hpp"
#include "base/checksum.hpp"
#include "base/hash.hpp"
#include "persist/journal_record.hpp"
#include "support/journal_model.hpp"
#include "support/require.hpp"
#include "support/simulated_disk.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace memstore::persist {
namespace {

using test::require;

/// A journal as a writer would have left it, but for what the input has it do otherwise.
class journal_maker {
public:
    explicit journal_maker(const data_directory& in) : directory_(in) {}

    void make(std::string_view input) {
        base::byte_reader in{input};
        begin_segment();
        while (!in.at_end()) step(in);
        end_segment();
    }

private:
    void step(base::byte_reader& in) {
        const auto what = in.integer<std::uint8_t>();
        const auto size = in.integer<std::uint8_t>();
        const std::string_view bytes = in.bytes(std::min<std::size_t>(size, in.left()));
        switch (what) {
        case 's': end_segment(); return begin_segment();
        case 'e': ++epoch_; return;
        case 'd': durable_ = sequence_; return;
        case 'g': ++sequence_; return;  // a gap
        case 'r': content_.append(bytes); return;
        case 'z': content_.append(size, '\0'); return;
        case 'c':
            content_.resize(content_.size() - std::min<std::size_t>(content_.size(), size));
            return;
        default: return append_entry(what, bytes);
        }
    }

    void begin_segment() {
        first_ = sequence_ + 1;
        content_ = encode(segment_header{
            .epoch = epoch_,
            .first_sequence = first_,
            .previous_hash = hash_,
            .salt = salt});
    }

    void append_entry(std::uint32_t transactions, std::string_view body) {
        entry_header header{
            .epoch = epoch_,
            .sequence = ++sequence_,
            .durable = durable_,
            .previous_hash = hash_,
            .body_bytes = body.size(),
            .transactions = transactions,
            .body_checksum = base::crc32c(body)};
        const std::string entry = encode(header, salt).append(body);
        hash_ = base::hash_of(entry);
        content_.append(entry);
    }

    void end_segment() { files().put(directory_.segment(first_), content_); }

    test::simulated_disk& files() const {
        return static_cast<test::simulated_disk&>(directory_.files());
    }

    static constexpr std::uint64_t salt = 42;

    const data_directory& directory_;
    std::string content_;
    std::uint64_t epoch_ = 1;
    std::uint64_t first_ = 1;
    std::uint64_t sequence_ = 0;
    std::uint64_t durable_ = 0;
    std::uint64_t hash_ = 0;
};

void check(std::string_view input) {
    test::simulated_disk files;
    const data_directory directory{files, "data"};
    const auto lock = directory.take();
    require(lock.has_value(), "the directory is ours");
    journal_maker{directory}.make(input);
    test::model_applier keys;
    const auto found = recover(directory, keys);
    if (!found) {
        require(found.error().kind == fault_kind::corrupt, "what cannot be read is damaged");
        require(!describe(found.error()).empty(), "a fault says what it is");
        return;
    }
    test::model_applier again_keys;
    const auto again = recover(directory, again_keys);
    require(again.has_value(), "what was recovered is recovered again");
    require(!again->torn, "and nothing is torn then");
    require(again->end == found->end, "it ends where it ended");
    require(again->last_version == found->last_version, "at the version that it ended at");
    require(again_keys.keys == keys.keys, "with the keys that there were");
}

}  // namespace
}  // namespace memstore::persist

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own, so that reading past the end is seen.
    const std::string input(reinterpret_cast<const char*>(data), size);
    memstore::persist::check(input);
    return 0;
}
