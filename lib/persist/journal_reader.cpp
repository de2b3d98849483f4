#include "persist/journal_reader.hpp"

#include <algorithm>
#include <utility>

namespace memstore::persist {
namespace {

std::string entry_name(std::uint64_t sequence) { return "entry " + std::to_string(sequence); }

/// The first segment to read for what follows `sequence`: the last that begins no later.
std::size_t first_wanted(const std::vector<std::uint64_t>& segments, std::uint64_t sequence) {
    const auto after = std::ranges::upper_bound(segments, sequence + 1);
    const auto count = static_cast<std::size_t>(after - segments.begin());
    return count > 0 ? count - 1 : 0;
}

}  // namespace

journal_reader::journal_reader(data_directory directory, const journal_end& after)
    : directory_(std::move(directory)), after_(after), end_(after) {}

checked<void> journal_reader::open() {
    auto listed = directory_.segments();
    if (!listed) return listed.error();
    segments_ = *std::move(listed);
    segments_.erase(
        segments_.begin(),
        segments_.begin() + static_cast<std::ptrdiff_t>(first_wanted(segments_, after_.sequence))
    );
    ended_ = segments_.empty();
    return measure();
}

checked<void> journal_reader::measure() {
    for (const std::uint64_t each : segments_) {
        const auto opened = segment_reader::open(directory_.files(), directory_.segment(each));
        if (!opened) return opened.error();
        bytes_total_ += (*opened)->bytes();
    }
    return {};
}

std::uint64_t journal_reader::bytes_read() const noexcept {
    return bytes_before_ + (segment_ ? segment_->offset() : 0);
}

checked<std::optional<entry_view>> journal_reader::next() {
    while (!ended_) {
        if (!segment_) {
            const auto opened = open_segment();
            if (!opened) return opened.error();
            continue;
        }
        const auto entry = segment_->next();
        if (!entry) return entry.error();
        if (!*entry) {
            const auto ended = end_segment();
            if (!ended) return ended.error();
            continue;
        }
        const auto taken = take(**entry);
        if (!taken) return taken.error();
        if ((*entry)->header.sequence > after_.sequence) return *entry;
    }
    if (end_.sequence < after_.sequence) {
        end_.sequence = after_.sequence;
        end_.hash = after_.hash;
    }
    return std::optional<entry_view>{};
}

checked<void> journal_reader::open_segment() {
    const std::uint64_t first = segments_[at_];
    const auto path = directory_.segment(first);
    const bool is_start = at_ == 0 && first <= after_.sequence;
    if (!is_start && first != end_.sequence + 1) {
        const std::string lacking = entry_name(end_.sequence + 1);
        return corruption(lacking + " is missing: the next segment begins later", path, 0);
    }
    auto opened = segment_reader::open(directory_.files(), path);
    if (!opened) return opened.error();
    segment_ = *std::move(opened);
    const auto header = segment_->read_header();
    if (!header) return header.error();
    if (!*header) return end_at_bad_header(header->error());
    return begin_segment(**header);
}

checked<void> journal_reader::begin_segment(const segment_header& header) {
    const bool is_start = at_ == 0 && header.first_sequence <= after_.sequence;
    if (header.first_sequence != segments_[at_]) {
        return corruption("the segment is not the one that its name says", segment_->path(), 0);
    }
    if (header.epoch < epoch_ || (!is_start && header.previous_hash != end_.hash)) {
        return corruption("the segment does not follow the one before it", segment_->path(), 0);
    }
    if (is_start) {
        end_.sequence = header.first_sequence - 1;
        end_.hash = header.previous_hash;
    }
    unvouched_from_ = segment_header_bytes;
    next_vouched_ = 0;
    epoch_ = header.epoch;
    shown_early_ = header.shown_early;
    end_.epoch = std::max(end_.epoch, epoch_);
    return {};
}

/// What a power cut leaves of a segment that was being created, or worse.
checked<void> journal_reader::end_at_bad_header(defect why) {
    const std::string what = "the header of the segment " + std::string{describe(why)};
    if (why == defect::unknown_version) {
        return fault{
            .kind = fault_kind::unsupported,
            .what = what,
            .file = segment_->path(),
            .offset = 0};
    }
    const auto empty = segment_->is_zero_from(segment_header_bytes);
    if (!empty) return empty.error();
    if (!is_last() || !*empty || why == defect::malformed) {
        return corruption(what, segment_->path(), 0);
    }
    tail_ = {.file = segment_->path(), .offset = 0, .bytes = segment_->bytes(), .torn = what};
    ended_ = true;
    return {};
}

/// Goes on to the next segment where the present one holds no further entry.
checked<void> journal_reader::end_segment() {
    const auto rest_is_zero = segment_->is_zero_from(segment_->offset());
    if (!rest_is_zero) return rest_is_zero.error();
    if (!*rest_is_zero) {
        const auto judged = judge_tail();
        if (!judged) return judged.error();
    } else if (is_last() && segment_->offset() < segment_->bytes()) {
        const std::uint64_t offset = segment_->offset();
        tail_ = {segment_->path(), offset, segment_->bytes() - offset, {}};
    }
    ended_ = is_last();
    if (ended_) return {};
    bytes_before_ += segment_->bytes();
    segment_.reset();
    ++at_;
    return {};
}

checked<void> journal_reader::judge_tail() {
    const std::uint64_t sequence = end_.sequence + 1;
    const std::uint64_t offset = segment_->offset();
    const defect why = segment_->why();
    const std::string what = entry_name(sequence) + " " + std::string{describe(why)};
    const bool is_whole = why == defect::malformed || why == defect::unknown_version;
    if (!is_last() || is_whole) return corruption(what, segment_->path(), offset);
    const auto witness = segment_->find_witness(sequence);
    if (!witness) return witness.error();
    if (*witness) {
        const std::string vouches = entry_name((*witness)->sequence) + " says it was durable";
        return corruption(what + ", though " + vouches, segment_->path(), offset);
    }
    tail_ = {segment_->path(), offset, segment_->bytes() - offset, what};
    return {};
}

checked<void> journal_reader::take(const entry_view& entry) {
    const entry_header& header = entry.header;
    const bool follows = header.sequence == end_.sequence + 1 && header.epoch == epoch_ &&
                         header.previous_hash == end_.hash;
    if (!follows) {
        const std::string what = entry_name(header.sequence) + " does not follow the one before it";
        return corruption(what, segment_->path(), entry.offset);
    }
    end_.sequence = header.sequence;
    end_.hash = entry.hash;
    note_durable(header);
    if (header.sequence == after_.sequence && entry.hash != after_.hash) {
        const std::string what = " is not the one that the checkpoint stands for";
        return corruption(entry_name(header.sequence) + what, segment_->path(), entry.offset);
    }
    return {};
}

/// Keeps one candidate rather than the place of every entry: it may come out too early.
void journal_reader::note_durable(const entry_header& header) {
    if (next_vouched_ != 0 && header.durable < next_vouched_) return;
    if (next_vouched_ != 0) unvouched_from_ = next_vouched_end_;
    next_vouched_ = header.sequence;
    next_vouched_end_ = segment_->offset();
}

checked<journal_end> before_oldest_entry(const data_directory& directory) {
    const auto segments = directory.segments();
    if (!segments) return segments.error();
    if (segments->empty()) return journal_end{};
    const auto path = directory.segment(segments->front());
    const auto segment = segment_reader::open(directory.files(), path);
    if (!segment) return segment.error();
    const auto header = (*segment)->read_header();
    if (!header) return header.error();
    // A bad header is the reader's to judge; 0 is what it expects before entry 1.
    const std::uint64_t hash = *header ? (*header)->previous_hash : 0;
    return journal_end{.sequence = segments->front() - 1, .hash = hash};
}

}  // namespace memstore::persist
