#include "store/record.hpp"

#include <algorithm>
#include <new>

namespace memstore::store {

const record* make_record(
    std::string_view key,
    std::string_view value,
    base::moment deadline,
    std::uint64_t version
) {
    void* const block = ::operator new(sizeof(record) + key.size() + value.size());
    auto* const made = new (block) record{
        version,
        deadline,
        static_cast<std::uint32_t>(key.size()),
        static_cast<std::uint32_t>(value.size()),
    };
    char* const text = reinterpret_cast<char*>(made + 1);
    std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), text));
    return made;
}

void destroy_record(void* made) noexcept { ::operator delete(made); }

}  // namespace memstore::store
