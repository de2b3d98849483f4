#include "command/evaluation.hpp"

#include "base/give_back.hpp"
#include "command/command_table.hpp"
#include "command/execution.hpp"

#include <algorithm>

namespace memstore::command {
namespace {

// As many cache misses as may be under way at a time, or somewhat more.
constexpr std::size_t prefetched_keys = 32;
constexpr std::size_t kept_max = 256;

/// One transaction on its way.
class runner {
public:
    runner(
        const transaction& what,
        std::span<const store::located_key> located,
        store::keyspace& keys,
        evaluation& into
    ) noexcept
        : what_(what), located_(located), into_(into), inside_(keys, into) {}

    void run_all() { run(0, what_.commands.size()); }

    void run_branches(const transaction::branches& at) {
        run(0, at.conditions_end);
        into_.succeeded = into_.failed.empty();
        into_.failed.clear();
        into_.replies.clear();
        if (into_.succeeded) {
            run(at.conditions_end, at.then_end);
        } else {
            run(at.then_end, what_.commands.size());
        }
    }

private:
    void run(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if ((i - begin) % prefetched_keys == 0 && end - begin > 1) {
                inside_.keys().prefetch(located_.subspan(i, std::min(prefetched_keys, end - i)));
            }
            const command& each = what_.commands[i];
            inside_.set_position(i);
            into_.replies.push_back(each.what->run(each, located_[i], inside_));
        }
    }

    const transaction& what_;
    std::span<const store::located_key> located_;
    evaluation& into_;
    execution inside_;
};

}  // namespace

void evaluation::clear() {
    if (replies.capacity() > kept_max) base::give_back(replies);
    if (failed.capacity() > kept_max) base::give_back(failed);
    replies.clear();
    failed.clear();
    unfit.reset();
    succeeded = true;
    texts.clear();
    pages.clear();
}

void evaluate(
    const transaction& what,
    std::span<const store::located_key> located,
    store::keyspace& keys,
    evaluation& into
) {
    into.clear();
    runner one{what, located, keys, into};
    if (what.branched) {
        one.run_branches(*what.branched);
    } else {
        one.run_all();
    }
}

}  // namespace memstore::command
