#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::cluster {

/** Values by prefix, that finds those of all prefixes of a key together.

    In bytewise order all that begins with a prefix follows it in one piece. So of the prefixes here
    that are no greater than a key, the last one begins with each of those that the key begins with;
    and every prefix knows the longest other one that begins it.

    @par Threads  one at a time
*/
template <class Value>
class prefix_map {
public:
    /// The value of a prefix, made by default if there is none. It stays where it is until erased.
    /// Complexity: logarithmic, and for a new prefix linear in those here that begin with it.
    Value& at(std::string_view prefix) {
        const auto found = entries_.find(prefix);
        if (found != entries_.end()) return found->second.value;
        const auto made = entries_.try_emplace(std::string{prefix}).first;
        made->second.shorter = longest_prefix(made);
        pass_on(made, made->second.shorter, &*made);
        return made->second.value;
    }

    /// @pre  it is there
    void erase(std::string_view prefix) {
        const auto gone = entries_.find(prefix);
        pass_on(gone, &*gone, gone->second.shorter);
        entries_.erase(gone);
    }

    /// Calls `visit(value)` for each prefix of `key`, the longest first.
    /// @par Complexity  logarithmic, and linear in how many of those here begin with one another
    template <class Visitor>
    void visit_prefixes_of(std::string_view key, Visitor&& visitor) {
        const auto behind = entries_.upper_bound(key);
        if (behind == entries_.begin()) return;
        for (item* each = &*std::prev(behind); each != nullptr; each = each->second.shorter) {
            if (key.starts_with(each->first)) visitor(each->second.value);
        }
    }

    /// Calls `visit(value)` for all.
    template <class Visitor>
    void visit(Visitor&& visitor) {
        for (item& each : entries_) visitor(each.second.value);
    }

    bool empty() const noexcept { return entries_.empty(); }

private:
    struct entry;
    using item = std::pair<const std::string, entry>;

    struct entry {
        Value value{};
        item* shorter = nullptr;  // the longest other prefix of this one; nullptr: none
    };

    using map = std::map<std::string, entry, std::less<>>;

    item* longest_prefix(typename map::iterator of) {
        if (of == entries_.begin()) return nullptr;
        item* each = &*std::prev(of);
        while (each != nullptr && !of->first.starts_with(each->first)) each = each->second.shorter;
        return each;
    }

    /// Those that begin with `prefix` and had `before` for their longest have `after` from here on.
    void pass_on(typename map::iterator prefix, item* before, item* after) {
        for (auto each = std::next(prefix);
             each != entries_.end() && each->first.starts_with(prefix->first);
             ++each) {
            if (each->second.shorter == before) each->second.shorter = after;
        }
    }

    map entries_;
};

}  // namespace memstore::cluster
