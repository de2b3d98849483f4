#pragma once

#include "command/command.hpp"
#include "command/evaluation.hpp"
#include "http/transaction_json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::http {

/// What there is to say of a transaction that was executed.
struct executed {
    const command::transaction& asked;
    const command::evaluation& evaluated;
    std::uint64_t own_version;  ///< that entries which it wrote itself have
    encoding values_as;
};

/** Appends the body of its answer: `{"succeeded"?, "results": [...]}`, one element a reply; where
   it was aborted, an error that tells what did not hold or fit.

    Bytes that are not UTF-8 come as `{"base64": "..."}`, unless all values are to come as base64
    anyway.
*/
void append_answer(std::string& out, const executed& what);

/// Appends bytes as a value: as text, or as `{"base64": "..."}` where they are not UTF-8.
void append_bytes(std::string& out, std::string_view bytes);

/// Appends one reply, of a transaction that wrote nothing.
void append_reply(std::string& out, const command::reply& reply, encoding values_as);

/// How many bytes that appends. Complexity: one pass over the values.
std::size_t reply_size(const command::reply& reply, encoding values_as) noexcept;

/// How many bytes append_answer() appends, whatever the own version is: in all but that exact.
/// Complexity: one pass over the values.
std::size_t answer_size(const executed& what) noexcept;

/// What that cannot exceed, whatever the values are. Complexity: constant a reply.
std::size_t answer_size_bound(const executed& what) noexcept;

}  // namespace memstore::http
