#pragma once

#include "persist/effect.hpp"

#include <cstdint>
#include <string>

namespace memstore::app {

/** Appends a transaction of the journal as one line of JSON:
    `{"sequence":1,"version":7,"changes":[{"key":"k","value":"v"}]}`.

    A removal has the value null, and the cause where it was not a client; an entry with a deadline
    has `expires_at_ms`; one whose version is not that of the transaction has `version`. A key or
    value that is no UTF-8 is `{"base64":"..."}`.

    @param sequence  of the journal's entry that holds it
*/
void append_journal_line(
    std::string& out,
    std::uint64_t sequence,
    const persist::transaction& shown
);

}  // namespace memstore::app
