#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace memstore::command {

/** Texts that the commands of a transaction make. They stay where they are until it is over, since
    replies and writes borrow them.

    @par Threads  one at a time
*/
class text_pool {
public:
    text_pool() = default;
    text_pool(const text_pool&) = delete;
    text_pool& operator=(const text_pool&) = delete;

    /// @throws std::bad_alloc
    std::string_view copy(std::string_view text);

    /** `first` with `second` behind it.

        Where `first` is what this returned before, that goes on in place as long as there is room,
        and the room doubles: so many small pieces cost no more than a few times the whole.

        @throws std::bad_alloc
    */
    std::string_view join(std::string_view first, std::string_view second);

    /// Forgets all texts.
    void clear() noexcept;

private:
    struct growing {
        std::unique_ptr<char[]> bytes;
        std::size_t size;
        std::size_t capacity;
    };

    char* room_for(std::size_t bytes);

    static constexpr std::size_t first_bytes = 256;

    std::array<char, first_bytes> first_{};  // so that a few numbers need no allocation
    char* next_ = first_.data();
    std::size_t left_ = first_bytes;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::map<const char*, growing> joined_;  // by their first byte
};

}  // namespace memstore::command
