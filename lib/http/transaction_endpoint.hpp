#pragma once

#include "async/one_shot_event.hpp"
#include "http/endpoint.hpp"
#include "service/transaction_service.hpp"

#include <cstddef>
#include <memory>

namespace memstore::http {

/** Makes one transaction of a request, and an answer of what that came to.

    @par Threads  the session's; what it asks of its heirs while a transaction is answered,
   whichever thread answers
*/
class transaction_endpoint : public endpoint, private service::answer_sink {
public:
    transaction_endpoint(std::size_t answer_bytes_max, service::transaction_service& engine)
        : answer_bytes_max_(answer_bytes_max), channel_(engine.open()) {}

protected:
    /// Executes `what` for whoever asked, which both stay as they are until answered, as `to` does.
    /// @return as answer()
    async::one_shot_event* execute(
        const command::transaction& what,
        const request& asked,
        response& to
    );

    std::size_t answer_bytes_max() const noexcept { return answer_bytes_max_; }

private:
    /// No less than the bytes of the body that write() will make; exact where that is more than
    /// answer_bytes_max().
    virtual std::size_t body_bytes(const command::evaluation& evaluated) const noexcept = 0;

    /// Answers into `to`, whose body has room for that and whose version is set.
    virtual void write(const service::outcome& what, response& to) const noexcept = 0;

    bool accept(const command::evaluation& evaluated) noexcept override;
    void take(const result<service::outcome>& answer) noexcept override;
    void lose() noexcept override;
    void resume() noexcept override;
    const service::caller* asker() const noexcept override { return asker_; }
    result<void> make_room(std::size_t bytes) noexcept;

    std::size_t answer_bytes_max_;
    std::unique_ptr<service::channel> channel_;
    async::one_shot_event answered_;
    response* to_ = nullptr;
    const service::caller* asker_ = nullptr;
};

}  // namespace memstore::http
