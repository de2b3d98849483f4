#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace memstore::http {

/** Room for the texts of a body that cannot be borrowed from it as they stand there: unescaped, or
    decoded.

    None of them is longer than its source, so room for the body's size holds them all, and never
    moves while views of it are out. It is taken when first needed, and kept for the next body.
*/
class text_arena {
public:
    /// Forgets all texts; those to come are of a body of `body_bytes`.
    void reset(std::size_t body_bytes) noexcept;

    void append(std::string_view part);

    /// What was appended last, the `bytes` of it.
    std::string_view last(std::size_t bytes) const noexcept;

    /// The whole of a text of `bytes`, whose last part is `part` and whose others were appended:
    /// borrowed from `body` where it stands there in one piece.
    std::string_view whole(std::string_view part, std::size_t bytes, std::string_view body);

    /// The bytes that `text` is the base64 of, or nothing. They overwrite `text` where that is in
    /// here.
    std::optional<std::string_view> decode_base64(std::string_view text);

    /// How much memory it has.
    std::size_t capacity() const noexcept { return capacity_; }

    /// Forgets all texts, and gives back room for more than `bytes`.
    void trim(std::size_t bytes) noexcept;

private:
    void make_room();
    bool holds(std::string_view text) const noexcept;

    std::unique_ptr<char[]> room_;
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
    std::size_t body_bytes_ = 0;
};

}  // namespace memstore::http
