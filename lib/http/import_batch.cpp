#include "http/import_batch.hpp"

#include "command/key_commands.hpp"

namespace memstore::http {

using command::argument;

void import_batch::add(const bulk_entry& one) {
    command::command& made = transaction_.commands.emplace_back();
    made.what = &command::load;
    made.given = {argument::key, argument::value};
    made.key = texts_.copy(one.key);
    made.value = texts_.copy(one.value);
    made.deadline = one.deadline;
    bytes_ += one.key.size() + one.value.size();
}

void import_batch::clear() noexcept {
    transaction_.commands.clear();
    texts_.clear();
    bytes_ = 0;
}

}  // namespace memstore::http
