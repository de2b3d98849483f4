#pragma once

#include "cluster/state.hpp"
#include "cluster/watch_hub.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace memstore::cluster {

/** A watch hub, and what has it look: a strand, and a timer for the pauses.

    @par Threads  any; its executor must have run dry before it is destroyed
*/
class watch_timer final : private watch_hub::schedule {
public:
    watch_timer(state& cluster, const boost::asio::any_io_executor& executor);

    watch_hub& hub() noexcept { return hub_; }

    /// It looks no more, once what is under way has ended.
    void stop();

private:
    void look_soon() noexcept override;
    void look_after_pause() override;

    boost::asio::steady_timer pause_;  // its executor: a strand, where all of this happens
    bool stopped_ = false;             // the strand's
    watch_hub hub_;
};

}  // namespace memstore::cluster
