#include "metrics/measuring_service.hpp"

#include <utility>

namespace memstore::metrics {
namespace {

/// Stands between a session and its channel, as a channel for the one and a sink for the other.
class measuring_channel final : public service::channel, private service::answer_sink {
public:
    measuring_channel(std::unique_ptr<service::channel> measured, transaction_meter& meter)
        : measured_(std::move(measured)), meter_(meter) {}

    bool execute(const command::transaction& what, service::answer_sink& sink) override {
        sink_ = &sink;
        writes_ = meter_.note_begin(what);
        return measured_->execute(what, *this);
    }

private:
    /// One that is not accepted comes to nothing more.
    bool accept(const command::evaluation& evaluated) noexcept override {
        const bool accepted = sink_->accept(evaluated);
        if (!accepted) meter_.note_end(ending::refused);
        return accepted;
    }

    void take(const result<service::outcome>& answer) noexcept override {
        meter_.note_end(ending_of(answer));
        sink_->take(answer);
    }

    /// It was taken before, and is counted twice.
    void lose() noexcept override {
        meter_.note_end(ending::lost);
        sink_->lose();
    }

    void resume() noexcept override { sink_->resume(); }
    const service::caller* asker() const noexcept override { return sink_->asker(); }

    ending ending_of(const result<service::outcome>& answer) const noexcept {
        if (!answer) return ending::refused;
        const command::evaluation& evaluated = answer->evaluated;
        if (!evaluated.failed.empty()) return ending::check_failed;
        if (evaluated.unfit) return ending::unfit;
        return writes_ ? ending::committed : ending::read;
    }

    std::unique_ptr<service::channel> measured_;
    transaction_meter& meter_;
    service::answer_sink* sink_ = nullptr;
    bool writes_ = false;
};

}  // namespace

std::unique_ptr<service::channel> measuring_service::open() {
    return std::make_unique<measuring_channel>(measured_.open(), meter_);
}

}  // namespace memstore::metrics
