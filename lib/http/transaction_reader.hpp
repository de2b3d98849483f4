#pragma once

#include "base/error.hpp"
#include "base/limits.hpp"
#include "command/argument.hpp"
#include "command/command.hpp"
#include "http/text_arena.hpp"
#include "http/transaction_json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {

/** Makes a transaction of the parts of its JSON, and judges it when the last has come.

    Not before, since members come in any order, and a fault in the JSON itself outweighs all
    others.
*/
class transaction_reader {
public:
    /// What the next value is for: a member of the request or of a command, or one of the rest.
    enum class slot : std::uint8_t {
        document,
        commands,
        conditions,  ///< this and the next two in the order in which a transaction has them
        then,
        otherwise,
        dry_run,
        encoding,
        trace,
        element,
        cmd_type,
        argument,  ///< argument_ says which
        ignored,
    };

    explicit transaction_reader(const base::request_limits& limits) noexcept
        : commands_max_(limits.commands) {}

    void begin(std::string_view body) noexcept;

    /// Judges the request, whose JSON is whole.
    result<void> finish();

    /// Forgets the commands of a request that was refused.
    void discard() noexcept { transaction_.commands.clear(); }

    /// Forgets the request, and gives back the memory that only a large one needs.
    void trim() noexcept;

    const command::transaction& transaction() const noexcept { return transaction_; }
    encoding values_as() const noexcept { return values_as_; }
    void set_dry_run(bool on) noexcept { transaction_.dry_run = on; }
    bool traced() const noexcept { return traced_; }

    void object_begins();
    void object_ends();
    void array_begins();
    void array_ends() noexcept;
    void name_part(std::string_view part);
    void text_part(std::string_view part);
    void integer(std::int64_t number);
    void other_number() { misfit(); }
    void boolean(bool truth);
    void null();

    /// @param bytes  of the whole name or text, of which `part` is the last part
    void name_ends(std::string_view part, std::size_t bytes);
    void text_ends(std::string_view part, std::size_t bytes);

private:
    /// Commands that stand in one array: all of them, or those of a branch.
    struct section {
        slot member;
        std::size_t begin;  ///< of its commands, among those that are stored
        std::size_t end;
    };

    bool skipping() const noexcept { return skipped_depth_ != 0; }
    bool seen(slot member) const noexcept;
    bool first_seen() noexcept;
    slot find_argument(std::string_view name) noexcept;
    template <class Value>
    bool store_argument(const Value& value) noexcept;

    bool takes_text() const noexcept;
    void read_text(std::string_view text);

    void misfit();
    void misfit_document();
    void misfit_element();
    void note(std::string_view before, std::string_view name, std::string_view after = {});

    bool start_command();
    void end_command();
    std::optional<refusal> judge_command() const;
    void refuse_command(refusal fault);

    std::optional<refusal> judge_sections() const;
    void order_branches();
    std::span<const command::command> commands_of(slot member) const noexcept;
    std::optional<refusal> settle_commands();
    std::optional<refusal> settle(command::command& one);
    std::optional<refusal> settle_text(
        const command::argument_definition& what,
        std::string_view& text
    );
    void place(refusal& fault, std::size_t command) const;

    std::size_t commands_max_;
    std::string_view body_ = {};
    text_arena arena_ = {};

    command::transaction transaction_ = {};
    encoding values_as_ = encoding::utf8;
    bool traced_ = false;
    std::optional<refusal> fault_ = {};  ///< the first of the request

    slot next_ = slot::document;
    const command::argument_definition* argument_ = nullptr;
    std::size_t skipped_depth_ = 0;  ///< arrays and objects open within a value that is not for us
    std::size_t command_count_ = 0;  ///< those there are, stored or not
    std::vector<section> sections_ = {};  ///< in the order in which they came
    std::size_t section_begin_ = 0;       ///< as command_count_ was when the last one began
    std::uint32_t request_seen_ = 0;      ///< a bit for each member

    bool in_command_ = false;  ///< and these are of the one under way:
    bool has_type_ = false;
    bool nameless_ = false;  ///< its `cmd_type` is no string
    std::optional<refusal> command_fault_ = {};
};

}  // namespace memstore::http
