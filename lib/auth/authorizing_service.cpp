#include "auth/authorizing_service.hpp"

#include "auth/rules.hpp"

#include <optional>
#include <utility>

namespace memstore::auth {
namespace {

std::optional<refusal> objection(const service::caller* who, const command::transaction& what) {
    if (who == nullptr) return refusal{errc::forbidden, "nobody says who asks"};
    return objection_to(*who, what);
}

class authorizing_channel final : public service::channel {
public:
    explicit authorizing_channel(std::unique_ptr<service::channel> guarded) noexcept
        : guarded_(std::move(guarded)) {}

    bool execute(const command::transaction& what, service::answer_sink& sink) override {
        auto why = objection(sink.asker(), what);
        if (!why) return guarded_->execute(what, sink);
        sink.take(*std::move(why));
        return true;
    }

private:
    std::unique_ptr<service::channel> guarded_;
};

}  // namespace

std::unique_ptr<service::channel> authorizing_service::open() {
    return std::make_unique<authorizing_channel>(guarded_.open());
}

}  // namespace memstore::auth
