#pragma once

#include "base/error.hpp"
#include "http/bulk_json.hpp"
#include "http/text_arena.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::http {

/// Makes a line of an export of the parts of its JSON. The first fault is told, and what comes
/// after it is not looked at.
class bulk_line_reader {
public:
    explicit bulk_line_reader(std::size_t value_bytes_max) noexcept
        : value_bytes_max_(value_bytes_max) {}

    void begin(std::string_view line) noexcept;

    /// Judges the line, whose JSON is whole.
    result<bulk_line> finish();

    std::size_t capacity() const noexcept { return arena_.capacity(); }
    void trim() noexcept;

    void object_begins();
    void object_ends();
    void array_begins() { misfit(); }
    void array_ends() noexcept {}
    void name_part(std::string_view part) { text_part(part); }
    void text_part(std::string_view part);
    void integer(std::int64_t number);
    void other_number() { misfit(); }
    void boolean(bool truth);
    void null() { misfit(); }

    /// @param bytes  of the whole name or text, of which `part` is the last part
    void name_ends(std::string_view part, std::size_t bytes);
    void text_ends(std::string_view part, std::size_t bytes);

    /// What the next value is for: the line, or a member of it.
    enum class slot : std::uint8_t { line, key, value, version, expires_at_ms, end, count };

private:
    bool seen(slot member) const noexcept;
    bool takes_bytes() const noexcept { return next_ == slot::key || next_ == slot::value; }
    void store(std::string_view bytes);
    result<bulk_line> finish_end() const;

    void misfit();
    void note(refusal fault);

    std::size_t value_bytes_max_;
    std::string_view line_ = {};
    text_arena arena_ = {};

    bulk_entry entry_ = {};
    std::uint64_t count_ = 0;
    std::optional<refusal> fault_ = {};  ///< the first

    slot next_ = slot::line;
    std::uint32_t seen_ = 0;      ///< a bit for each member
    bool in_object_ = false;      ///< within the object that stands for bytes
    bool object_filled_ = false;  ///< it has its member
};

}  // namespace memstore::http
