#include "metrics/transaction_meter.hpp"

#include "command/check_commands.hpp"
#include "command/command_table.hpp"
#include "command/key_commands.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>

namespace memstore::metrics {
namespace {

/// Those that clients can name, then those that only we make, then all that there may ever be
/// beside.
std::vector<const command::definition*> all_commands() {
    const auto named = command::commands();
    std::vector<const command::definition*> all{named.begin(), named.end()};
    all.push_back(&command::match);
    all.push_back(&command::load);
    return all;
}

std::uint64_t next_number() noexcept {
    static std::atomic<std::uint64_t> last = 0;
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

std::string_view name_of(ending one) noexcept {
    switch (one) {
    case ending::committed: return "committed";
    case ending::read: return "read";
    case ending::check_failed: return "check_failed";
    case ending::unfit: return "unfit";
    case ending::refused: return "refused";
    case ending::lost: return "lost";
    }
    return "";
}

transaction_meter::row_finder::row_finder() {
    const auto all = all_commands();
    assert(all.size() < rows_max && all.size() < places / 2);
    for (std::size_t row = 0; row < all.size(); ++row) {
        std::size_t at = place_of(all[row]);
        while (known_[at] != nullptr) at = (at + 1) % places;
        known_[at] = all[row];
        rows_[at] = static_cast<std::uint8_t>(row);
    }
}

std::size_t transaction_meter::row_finder::place_of(const command::definition* what) noexcept {
    return reinterpret_cast<std::uintptr_t>(what) / sizeof(void*) * 0x9e3779b97f4a7c15U >> 58;
}

std::size_t transaction_meter::row_finder::find(const command::definition* what) const noexcept {
    std::size_t at = place_of(what);
    while (known_[at] != what && known_[at] != nullptr) at = (at + 1) % places;
    assert(known_[at] == what);
    return rows_[at];
}

transaction_meter::transaction_meter() : number_(next_number()) {}

bool transaction_meter::note_begin(const command::transaction& what) {
    sheet& own = own_sheet();
    bool writes = false;
    for (const command::command& each : what.commands) {
        own.commands[rows_.find(each.what)].add();
        writes = writes || each.what->writes;
    }
    return writes && !what.dry_run;
}

void transaction_meter::note_end(ending how) {
    own_sheet().ended[static_cast<std::size_t>(how)].add();
}

transaction_meter::sheet& transaction_meter::own_sheet() {
    struct remembered {
        std::uint64_t meter = 0;
        sheet* own = nullptr;
    };
    thread_local remembered latest;
    if (latest.meter != number_) latest = {number_, &find_or_add_sheet()};
    return *latest.own;
}

/// A thread that has ended leaves its sheet to the next of the same id.
transaction_meter::sheet& transaction_meter::find_or_add_sheet() {
    const auto id = std::this_thread::get_id();
    const std::lock_guard lock{mutex_};
    for (const auto& each : sheets_) {
        if (each->whose == id) return *each;
    }
    sheets_.push_back(std::make_unique<sheet>());
    sheets_.back()->whose = id;
    return *sheets_.back();
}

transaction_counts transaction_meter::counts() const {
    const auto all = all_commands();
    transaction_counts sum;
    for (const command::definition* const each : all) sum.commands.push_back({each->name, 0});
    const std::lock_guard lock{mutex_};
    for (const auto& each : sheets_) {
        for (std::size_t row = 0; row < all.size(); ++row) {
            sum.commands[row].count += each->commands[row].value();
        }
        for (std::size_t how = 0; how < endings; ++how) {
            sum.ended[how] += each->ended[how].value();
        }
    }
    return sum;
}

}  // namespace memstore::metrics
