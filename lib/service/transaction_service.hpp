#pragma once

#include "base/error.hpp"
#include "command/command.hpp"
#include "command/evaluation.hpp"
#include "service/caller.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace memstore::service {

/// What a transaction came to. All of it is borrowed: read it before you return.
struct outcome {
    std::uint64_t version;  ///< its commit version, or that of the snapshot that answered it
    const command::evaluation& evaluated;              ///< where it was aborted, nothing happened
    std::chrono::steady_clock::time_point began = {};  ///< to run, where it had to wait in line
    bool held_back = false;  ///< it may go no further until what it tells is durable
};

/** Takes the answer of a transaction on behalf of the session that asked.

    Each transaction is answered either by a refusal to take(), or by what it came to, to accept()
    and then, if that was accepted, to take().

    @par Threads  whichever runs the transaction; one at a time
*/
class answer_sink {
public:
    /** Called with what will be answered, before anything is committed and while others wait:
        judges whether that can be delivered, and makes sure that take() will not fail.

        @return false: it cannot; the transaction is dropped, as if it had never come
    */
    virtual bool accept(const command::evaluation& evaluated) noexcept = 0;

    /// Called with the same, when the effects are visible to all or will be before resume(), or
    /// with why nothing happened.
    virtual void take(const result<outcome>& answer) noexcept = 0;

    /** Called after take(), where that turned out to be premature: whether the effects will last,
        nobody can tell. Nothing of the answer is to be delivered; the client learns as much as if
        the server had ended.
    */
    virtual void lose() noexcept = 0;

    /** Called once, after all else, for a transaction that execute() did not answer at once, by any
        thread. The session may go on from here; the caller touches neither it nor the transaction
        again.
    */
    virtual void resume() noexcept = 0;

    /// Who asks; nullptr where nobody has said so. For services that decide by it: the engine does
    /// not ask. It stays until the transaction is answered.
    virtual const caller* asker() const noexcept { return nullptr; }

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
