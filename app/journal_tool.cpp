#include "app/journal_tool.hpp"

#include "app/journal_lines.hpp"
#include "persist/checkpoint.hpp"
#include "persist/data_directory.hpp"
#include "persist/journal_reader.hpp"
#include "persist/repair.hpp"

#include <array>
#include <cstdlib>
#include <ostream>
#include <string>
#include <utility>

namespace memstore::app {
namespace {

using persist::data_directory;
using persist::fault;
using persist::fault_kind;

struct named_action {
    std::string_view name;
    journal_action action;
};

constexpr std::array<named_action, 4> actions{{
    {"inspect", journal_action::inspect},
    {"verify", journal_action::verify},
    {"dump", journal_action::dump},
    {"repair", journal_action::repair},
}};

/// One run over one directory.
class journal_tool {
public:
    journal_tool(data_directory directory, std::ostream& out, std::ostream& errors)
        : directory_(std::move(directory)), out_(out), errors_(errors) {}

    int run(journal_action action) {
        const auto holds_any = directory_.holds_any();
        if (holds_any && !*holds_any) {
            errors_ << "memstore: " << directory_.path().string()
                    << ": there is no journal here, nor anything else of a server\n";
            return status_no_journal;
        }
        const auto done = [&] {
            switch (action) {
            case journal_action::inspect: return inspect();
            case journal_action::verify: return verify();
            case journal_action::dump: return dump();
            case journal_action::repair: return repair();
            }
            return persist::checked<int>{EXIT_FAILURE};
        }();
        if (!done) errors_ << "memstore: " << describe(done.error()) << '\n';
        out_.flush();
        if (!out_) return EXIT_FAILURE;
        if (done) return *done;
        return done.error().kind == fault_kind::corrupt ? status_damaged : EXIT_FAILURE;
    }

private:
    persist::checked<int> inspect() {
        const auto checkpoints = directory_.checkpoints();
        if (!checkpoints) return checkpoints.error();
        for (const std::uint64_t each : *checkpoints) show_checkpoint(each);
        const auto segments = directory_.segments();
        if (!segments) return segments.error();
        for (const std::uint64_t each : *segments) {
            const auto shown = show_segment(each);
            if (!shown) return shown.error();
        }
        if (checkpoints->empty() && segments->empty()) out_ << "no journal, no checkpoint\n";
        return EXIT_SUCCESS;
    }

    void show_checkpoint(std::uint64_t sequence) {
        const auto manifest = persist::read_manifest(directory_, sequence);
        out_ << directory_.manifest(sequence).filename().string() << ": ";
        if (!manifest) {
            out_ << manifest.error().what << '\n';
            return;
        }
        std::uint64_t entries = 0;
        std::uint64_t bytes = 0;
        for (const persist::part_summary& each : manifest->parts) {
            entries += each.entries;
            bytes += each.bytes;
        }
        const persist::checkpoint_stamp& stamp = manifest->stamp;
        out_ << "after entry " << stamp.sequence << ", version " << stamp.last_version << ", "
             << entries << " keys in " << manifest->parts.size() << " parts, " << bytes
             << " bytes\n";
    }

    persist::checked<void> show_segment(std::uint64_t first) {
        const auto path = directory_.segment(first);
        const auto segment = persist::segment_reader::open(directory_.files(), path);
        if (!segment) return segment.error();
        const auto header = (*segment)->read_header();
        if (!header) return header.error();
        out_ << path.filename().string() << ": ";
        if (!*header) {
            out_ << "its header " << describe(header->error()) << '\n';
            return {};
        }
        std::uint64_t entries = 0;
        std::uint64_t transactions = 0;
        for (;;) {
            const auto entry = (*segment)->next();
            if (!entry) return entry.error();
            if (!*entry) break;
            ++entries;
            transactions += (*entry)->header.transactions;
        }
        out_ << "epoch " << (*header)->epoch << ", " << entries << " entries from " << first << ", "
             << transactions << " transactions, " << (*segment)->offset() << " of "
             << (*segment)->bytes() << " bytes\n";
        return {};
    }

    persist::checked<int> verify() {
        const auto found = persist::verify(directory_);
        if (!found) return found.error();
        show(*found);
        return found->sound() ? EXIT_SUCCESS : status_damaged;
    }

    void show(const persist::findings& found) {
        for (const fault& each : found.checkpoints) out_ << "damaged: " << describe(each) << '\n';
        if (found.journal) out_ << "damaged: " << describe(*found.journal) << '\n';
        if (found.torn) {
            out_ << "torn, and cut off at the next start: " << describe(*found.torn) << '\n';
        }
        if (found.checkpoint) out_ << "checkpoint: after entry " << *found.checkpoint << '\n';
        out_ << "journal: readable up to entry " << found.end.sequence << '\n';
        out_ << (found.sound() ? "sound\n" : "damaged\n");
    }

    persist::checked<int> dump() {
        const auto from = persist::before_oldest_entry(directory_);
        if (!from) return from.error();
        persist::journal_reader journal{directory_, *from};
        const auto opened = journal.open();
        if (!opened) return opened.error();
        std::string lines;
        for (;;) {
            const auto entry = journal.next();
            if (!entry) return entry.error();
            if (!*entry || !out_) return EXIT_SUCCESS;
            persist::body_reader body{(*entry)->body};
            lines.clear();
            while (const auto next = body.next()) {
                append_journal_line(lines, (*entry)->header.sequence, *next);
            }
            out_ << lines;
            if (!body.malformed()) continue;
            const std::string what = "the entry is whole, but not what its format allows";
            return persist::corruption(what, journal.segment().path(), (*entry)->offset);
        }
    }

    persist::checked<int> repair() {
        const auto held = directory_.take_existing();
        if (!held) return held.error();
        const auto done = persist::repair(directory_);
        if (!done) return done.error();
        show(done->found);
        for (const auto& each : done->set_aside) out_ << "set aside: " << each.string() << '\n';
        out_ << (done->found.sound() ? "nothing to repair\n" : "repaired\n");
        return EXIT_SUCCESS;
    }

    data_directory directory_;
    std::ostream& out_;
    std::ostream& errors_;
};

}  // namespace

std::optional<journal_action> find_journal_action(std::string_view name) noexcept {
    for (const named_action& each : actions) {
        if (each.name == name) return each.action;
    }
    return std::nullopt;
}

int run_journal_tool(
    const journal_request& asked,
    fs::file_system& files,
    std::ostream& out,
    std::ostream& errors
) {
    return journal_tool{{files, asked.directory}, out, errors}.run(asked.action);
}

}  // namespace memstore::app
