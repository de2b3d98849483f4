#pragma once

#include "base/error.hpp"
#include "command/command.hpp"
#include "command/reply.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace memstore::service {

/** Takes the answer of a transaction on behalf of the session that asked.

    Each transaction is answered either by a refusal to take(), or by its replies to accept() and
    then, if those were accepted, its version to take().

    @par Threads  whichever runs the transaction; one at a time
*/
class answer_sink {
public:
    /** Called with the replies, one a command, before anything is committed: read them before you
        return, they are borrowed.

        @return false: they cannot be delivered; the transaction is dropped, as if it had never come
    */
    virtual bool accept(std::span<const command::reply> replies) noexcept = 0;

    /// Called last: with the commit version, or that of the snapshot that answered, when the
    /// effects are visible to all; or with why nothing happened.
    virtual void take(const result<std::uint64_t>& version) noexcept = 0;

    /** Called once, after all else, for a transaction that execute() did not answer at once, by any
        thread. The session may go on from here; the caller touches neither it nor the transaction
        again.
    */
    virtual void resume() noexcept = 0;

protected:
    ~answer_sink() = default;
};

/** One session's way into the engine. It keeps working memory between transactions.

    @par Threads  one transaction at a time
*/
class channel {
public:
    virtual ~channel() = default;

    /** Executes a transaction: atomic, strictly serializable, all or nothing. Never blocks, never
        throws for what a client can cause.

        @param what  stays as it is until it is answered, and so do the bytes it borrows
        @param sink  accepts and takes the answer
        @return true: answered before the return, resume() will not come. false: it had to queue,
          and resume() comes after take().
    */
    virtual bool execute(const command::transaction& what, answer_sink& sink) = 0;
};

/// What protocols ask of the engine. Threads: any.
class transaction_service {
public:
    virtual ~transaction_service() = default;
    virtual std::unique_ptr<channel> open() = 0;
};

}  // namespace memstore::service
