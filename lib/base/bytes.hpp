#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace memstore::base {

/// Appends an integer in little-endian order, in as many bytes as its type has.
template <class Integer>
void append_integer(std::string& out, Integer value) {
    static_assert(std::is_integral_v<Integer>);
    char bytes[sizeof(Integer)];
    for (char& each : bytes) {
        each = static_cast<char>(value & 0xFF);
        if constexpr (sizeof(Integer) > 1) value = static_cast<Integer>(value >> 8);
    }
    out.append(bytes, sizeof bytes);
}

/// Appends LEB128: seven bits a byte, lowest first, as few bytes as it takes.
void append_varint(std::string& out, std::uint64_t value);

/// Appends the length, as a varint, and the bytes.
void append_sized(std::string& out, std::string_view bytes);

/** Reads what the functions above append, and never past the end.

    The first read that finds too little, or what no function above appends, fails, and so does each
    one after it: they return zero or nothing. So a whole record is read first and judged once.

    @par Threads  one at a time
*/
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) noexcept
        : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

    bool failed() const noexcept { return failed_; }
    bool at_end() const noexcept { return at_ == end_; }
    std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    /// How many bytes were read.
    std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

    template <class Integer>
    Integer integer() noexcept {
        using bits = std::make_unsigned_t<Integer>;
        const std::string_view read = bytes(sizeof(Integer));
        bits value = 0;
        for (std::size_t i = read.size(); i > 0; --i) {
            if constexpr (sizeof(bits) > 1) value = static_cast<bits>(value << 8);
            value = static_cast<bits>(value | static_cast<unsigned char>(read[i - 1]));
        }
        return static_cast<Integer>(value);
    }

    std::uint64_t varint() noexcept {
        if (at_ != end_ && static_cast<signed char>(*at_) >= 0) {
            return static_cast<unsigned char>(*at_++);
        }
        return long_varint();
    }

    /// So many bytes, borrowed.
    std::string_view bytes(std::uint64_t count) noexcept {
        if (count > left()) {
            fail();
            return {};
        }
        const std::string_view read{at_, static_cast<std::size_t>(count)};
        at_ += read.size();
        return read;
    }

    /// What append_sized() appended, borrowed.
    std::string_view sized() noexcept { return bytes(varint()); }

    void fail() noexcept {
        failed_ = true;
        at_ = end_;
    }

private:
    std::uint64_t long_varint() noexcept;

    const char* begin_;
    const char* at_;
    const char* end_;
    bool failed_ = false;
};

}  // namespace memstore::base
