#pragma once

#include "async/one_shot_event.hpp"
#include "base/error.hpp"
#include "http/body_sink.hpp"
#include "http/bulk_json.hpp"
#include "http/import_batch.hpp"
#include "http/line_cutter.hpp"
#include "service/transaction_service.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace memstore::http {

struct request;
struct site;

/** POST /v1/import: the lines of an export, applied as they come, in batches that are a transaction
    each.

    Lines before one that is bad are applied. One whose deadline has passed meanwhile leaves its key
    absent, and counts as any other.

    @par Threads  the session's; it takes an answer of the engine in whichever thread that is
*/
class import_sink final : public body_sink, private service::answer_sink {
public:
    /// @param value_bytes_max  of a value in a line
    /// @param asker  who sends it; nullptr where all may do anything. It stays as long as this.
    import_sink(
        std::size_t value_bytes_max,
        service::transaction_service& engine,
        const service::caller* asker = nullptr
    );

    /// For the route.
    static std::unique_ptr<body_sink> open(const site& whose, const request& asked, response& to);

    step take(std::string_view piece, response& to) override;
    async::one_shot_event* finish(response& to) override;
    std::size_t capacity() const noexcept override;

private:
    /// Why an import ends early, and which line says so, if it is one.
    struct fault {
        refusal why;
        std::optional<std::uint64_t> line;
    };

    void read_next(std::string_view& piece);
    void read(std::string_view line);
    result<void> take_line(std::string_view line);
    result<void> take_end(const bulk_end& last);

    async::one_shot_event* execute();
    void settle();
    void answer(response& to) const;

    bool accept(const command::evaluation& evaluated) noexcept override;
    void take(const result<service::outcome>& outcome) noexcept override;
    void lose() noexcept override { lost_ = true; }
    void resume() noexcept override { executed_.set(); }
    const service::caller* asker() const noexcept override { return asker_; }

    const std::size_t value_bytes_max_;
    const service::caller* const asker_;
    std::unique_ptr<service::channel> channel_;
    line_cutter lines_;
    line_decoder decoder_;
    import_batch batch_;
    async::one_shot_event executed_;
    bool executing_ = false;          ///< the batch is on its way; what it comes to:
    std::uint64_t version_ = 0;       ///< of the last one that was committed
    std::optional<refusal> refused_;  ///< why it was not
    bool lost_ = false;               ///< nobody can tell whether it was

    std::uint64_t line_ = 0;      ///< how many were read, empty ones among them
    std::uint64_t imported_ = 0;  ///< entries that are in the store
    bool ended_ = false;          ///< the last line was there
    std::optional<fault> fault_;  ///< the first; nothing is read behind it
};

}  // namespace memstore::http
