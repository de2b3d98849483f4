#pragma once

#include "command/command.hpp"
#include "http/preconditions.hpp"
#include "http/transaction_endpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/// Where the keys are: what follows is one.
inline constexpr std::string_view keys_path = "/v1/keys/";

/** One key as a resource (RFC 9110): its bytes, the version that wrote them as their entity tag,
   and the preconditions of a request as checks of its one transaction.
*/
class key_endpoint : public transaction_endpoint {
public:
    using transaction_endpoint::transaction_endpoint;

    async::one_shot_event* answer(const request& asked, response& to) final;
    void trim() noexcept final;

protected:
    /// Reads what the query says, and adds to the transaction what is to happen when the
    /// preconditions hold.
    virtual result<void> ask(const request& asked, command::transaction& what) = 0;

    /// Whether the preconditions are checks. One who only reads judges by what came of it.
    virtual bool checks() const noexcept { return true; }

    std::string_view key() const noexcept { return key_; }
    const preconditions& conditions() const noexcept { return conditions_; }
    command::command& add(const command::definition& what);

    static void answer_absence(response& to);
    static void answer_failed_precondition(std::uint64_t version, response& to);

private:
    result<void> prepare(const request& asked);
    void add_checks();
    std::size_t body_bytes(const command::evaluation& evaluated) const noexcept override;
    void write(const service::outcome& what, response& to) const noexcept final;

    /// Answers what came of it, where all checks held.
    virtual void write_success(const service::outcome& what, response& to) const = 0;

    std::string key_;
    preconditions conditions_;
    command::transaction transaction_;
};

/// GET and HEAD
class key_reader final : public key_endpoint {
public:
    using key_endpoint::key_endpoint;

private:
    result<void> ask(const request& asked, command::transaction& what) override;
    bool checks() const noexcept override { return false; }
    void write_success(const service::outcome& what, response& to) const override;
};

/// PUT
class key_writer final : public key_endpoint {
public:
    using key_endpoint::key_endpoint;

private:
    result<void> ask(const request& asked, command::transaction& what) override;
    void write_success(const service::outcome& what, response& to) const override;
};

/// DELETE
class key_remover final : public key_endpoint {
public:
    using key_endpoint::key_endpoint;

private:
    result<void> ask(const request& asked, command::transaction& what) override;
    void write_success(const service::outcome& what, response& to) const override;
};

/// GET of a range of keys: a scan.
class keys_endpoint final : public transaction_endpoint {
public:
    using transaction_endpoint::transaction_endpoint;

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    /// The texts of a query, which the scan borrows.
    struct texts {
        std::optional<std::string> prefix;
        std::optional<std::string> start;
        std::optional<std::string> end;
        std::optional<std::string> after;
    };

    result<void> read(std::string_view query);
    result<void> read_range(command::command& scan) const;
    std::size_t body_bytes(const command::evaluation& evaluated) const noexcept override;
    void write(const service::outcome& what, response& to) const noexcept override;

    texts texts_;
    command::transaction transaction_;
};

}  // namespace memstore::http
