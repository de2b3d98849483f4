#include "persist/entry_transactions.hpp"

#include "persist/journal_record.hpp"

#include <string>
#include <utility>

namespace memstore::persist {

checked<void> entry_transactions::read(
    const entry_view& entry,
    const std::filesystem::path& file,
    const std::function<void(const transaction&)>& take
) {
    const std::string name = "entry " + std::to_string(entry.header.sequence);
    body_reader body{entry.body};
    std::uint32_t transactions = 0;
    while (const auto next = body.next()) {
        if (next->version <= last_version_) {
            const std::string what = name + " holds version " + std::to_string(next->version) +
                                     ", though version " + std::to_string(last_version_) +
                                     " came before it";
            return corruption(what, file, entry.offset);
        }
        last_version_ = next->version;
        ++transactions;
        take(*next);
    }
    if (!body.malformed() && transactions == entry.header.transactions) return {};
    return corruption(name + " " + std::string{describe(defect::malformed)}, file, entry.offset);
}

}  // namespace memstore::persist
