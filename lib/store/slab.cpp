#include "store/slab.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

namespace memstore::store {

using slab_layout::chunk_bytes;
using slab_layout::class_bytes;

/// A chunk's header; a bit a block, set where it is free, and the blocks follow.
struct slab::chunk {
    slab* home;
    chunk* previous;  // among those of its class that have free blocks
    chunk* next;
    std::uint32_t size_class;
    std::uint32_t block_bytes;
    std::uint32_t blocks;
    std::uint32_t free_blocks;
    std::uint32_t first_word;  // none before it has a bit set
    std::uint32_t words;
    std::uint32_t touched_bytes;  // from the first block on, that were ever given out
    std::atomic<bool> leaving;    // written by its home's owner

    std::uint32_t used_bytes() const noexcept { return (blocks - free_blocks) * block_bytes; }
    std::uint32_t unused_bytes() const noexcept { return touched_bytes - used_bytes(); }

    std::uint64_t* bits() noexcept { return reinterpret_cast<std::uint64_t*>(this + 1); }
    std::byte* first_block() noexcept { return reinterpret_cast<std::byte*>(bits() + words); }

    void* take() noexcept {
        std::uint64_t* const all = bits();
        while (all[first_word] == 0) ++first_word;
        const auto bit = static_cast<std::size_t>(std::countr_zero(all[first_word]));
        all[first_word] &= all[first_word] - 1;
        --free_blocks;
        return first_block() + (first_word * std::size_t{64} + bit) * block_bytes;
    }

    void put(void* block) noexcept {
        const auto offset =
            static_cast<std::uint32_t>(static_cast<std::byte*>(block) - first_block());
        const std::uint32_t at = offset / block_bytes;
        const std::uint64_t bit = std::uint64_t{1} << at % 64;
        assert((bits()[at / 64] & bit) == 0);
        bits()[at / 64] |= bit;
        first_word = std::min(first_word, at / 64);
        ++free_blocks;
    }
};

slab::~slab() {
    return_idle();
    ::operator delete (spare_, std::align_val_t{chunk_bytes});
    assert(chunks_ == 0);
}

void slab::return_idle() noexcept {
    take_returned();
    for (magazine& each : magazines_) flush(each, each.count);
}

slab::chunk& slab::chunk_of(const void* block) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    return *reinterpret_cast<chunk*>(address & ~(chunk_bytes - 1));
}

bool slab::is_in_leaving_chunk(const void* block) noexcept {
    return chunk_of(block).leaving.load(std::memory_order_relaxed);
}

/// A leaving chunk's blocks go back at once: they would be given out again from the array.
void slab::free_into_full(magazine& own, void* block) noexcept {
    if (is_clearing_ && is_in_leaving_chunk(block)) return give_back(block);
    if (own.count == magazine_blocks) flush(own, magazine_blocks / 2);
    own.blocks[own.count++] = block;
}

/// Fills half a magazine, so that as many blocks may be freed before it overflows.
void slab::refill(magazine& own, std::size_t size_class) {
    take_returned();
    if (available_[size_class] == nullptr) link(make_chunk(size_class));
    chunk& from = *available_[size_class];
    const std::size_t wanted = std::min<std::size_t>(magazine_blocks / 2, from.free_blocks);
    // The last one in goes out first: lower addresses last in.
    for (own.count = wanted; own.count > 0; --own.count) own.blocks[own.count - 1] = from.take();
    own.count = wanted;
    note_touched(from, own.blocks[0]);
    if (from.free_blocks == 0) unlink(from);
}

void slab::note_touched(chunk& from, const void* last) noexcept {
    const auto offset = static_cast<const std::byte*>(last) - from.first_block();
    const std::uint32_t touched = static_cast<std::uint32_t>(offset) + from.block_bytes;
    if (touched <= from.touched_bytes) return;
    touched_bytes_ += touched - from.touched_bytes;
    from.touched_bytes = touched;
}

/// Gives the longest unused blocks back to their chunks.
void slab::flush(magazine& own, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) give_back(own.blocks[i]);
    const auto begin = own.blocks.begin();
    std::copy(
        begin + static_cast<std::ptrdiff_t>(count),
        begin + static_cast<std::ptrdiff_t>(own.count),
        begin
    );
    own.count -= count;
}

void slab::give_back(void* block) noexcept {
    chunk& from = chunk_of(block);
    if (from.home == this) {
        return_block(block);
    } else {
        send_home(block, from);
    }
}

void slab::return_block(void* block) noexcept {
    chunk& own = chunk_of(block);
    own.put(block);
    if (own.free_blocks == 1 && !own.leaving) link(own);
    if (own.free_blocks == own.blocks) {
        unlink(own);
        if (own.leaving) --leaving_chunks_;
        discard(own);
    }
}

void slab::send_home(void* block, chunk& from) noexcept {
    ASAN_UNPOISON_MEMORY_REGION(block, sizeof(void*));
    void** const link_in_block = static_cast<void**>(block);
    std::atomic<void*>& list = from.home->returned_;
    *link_in_block = list.load(std::memory_order_relaxed);
    while (!list.compare_exchange_weak(
        *link_in_block,
        block,
        std::memory_order_release,
        std::memory_order_relaxed
    )) {
    }
}

void slab::take_returned() noexcept {
    if (returned_.load(std::memory_order_relaxed) == nullptr) return;
    void* block = returned_.exchange(nullptr, std::memory_order_acquire);
    while (block != nullptr) {
        void* const next = *static_cast<void**>(block);
        ASAN_POISON_MEMORY_REGION(block, sizeof(void*));
        return_block(block);
        block = next;
    }
}

slab::chunk& slab::make_chunk(std::size_t size_class) {
    void* memory = spare_;
    const std::uint32_t touched = std::exchange(spare_touched_, 0);
    spare_ = nullptr;
    if (memory == nullptr) memory = ::operator new (chunk_bytes, std::align_val_t{chunk_bytes});
    ++chunks_;

    auto* const made = new (memory) chunk{};
    made->home = this;
    made->size_class = static_cast<std::uint32_t>(size_class);
    made->block_bytes = class_bytes[size_class];
    const std::size_t room = chunk_bytes - sizeof(chunk);
    made->words = static_cast<std::uint32_t>(room / (made->block_bytes * std::size_t{64}) + 1);
    const std::size_t blocks = (room - made->words * sizeof(std::uint64_t)) / made->block_bytes;
    made->blocks = made->free_blocks = static_cast<std::uint32_t>(blocks);
    made->touched_bytes = touched;
    std::fill_n(made->bits(), made->words, std::uint64_t{0});
    std::fill_n(made->bits(), blocks / 64, std::numeric_limits<std::uint64_t>::max());
    if (blocks % 64 != 0) made->bits()[blocks / 64] = (std::uint64_t{1} << blocks % 64) - 1;
    ASAN_POISON_MEMORY_REGION(made->first_block(), blocks * made->block_bytes);
    return *made;
}

void slab::discard(chunk& empty) noexcept {
    --chunks_;
    const std::uint32_t touched = empty.touched_bytes;
    ASAN_UNPOISON_MEMORY_REGION(&empty, chunk_bytes);
    if (spare_ == nullptr) {
        spare_ = &empty;
        spare_touched_ = touched;
    } else {
        touched_bytes_ -= touched;
        ::operator delete (&empty, std::align_val_t{chunk_bytes});
    }
}

slab::chunk*& slab::list_of(const chunk& one) noexcept {
    return one.leaving ? leaving_ : available_[one.size_class];
}

void slab::link(chunk& one) noexcept {
    chunk*& first = list_of(one);
    one.previous = nullptr;
    one.next = first;
    if (first != nullptr) first->previous = &one;
    first = &one;
}

void slab::unlink(chunk& one) noexcept {
    if (one.next != nullptr) one.next->previous = one.previous;
    (one.previous != nullptr ? one.previous->next : list_of(one)) = one.next;
}

std::size_t slab::begin_clearing(std::size_t bytes) {
    return_idle();
    std::size_t unused = 0;
    for (chunk* const each : find_sparse()) {
        if (unused >= bytes) break;
        unused += each->unused_bytes();
        unlink(*each);
        each->leaving.store(true, std::memory_order_relaxed);
        ++leaving_chunks_;
        link(*each);
    }
    is_clearing_ = true;
    magazine_room_ = 0;
    return unused;
}

/// The emptiest first. Not one of which more than seven eighths are in use: to move so much gives
/// too little back.
std::vector<slab::chunk*> slab::find_sparse() {
    std::vector<chunk*> found;
    for (chunk* const first : available_) {
        for (chunk* each = first; each != nullptr; each = each->next) {
            if (each->unused_bytes() >= each->touched_bytes / 8) found.push_back(each);
        }
    }
    std::sort(found.begin(), found.end(), [](const chunk* left, const chunk* right) {
        return left->unused_bytes() > right->unused_bytes();
    });
    return found;
}

void slab::end_clearing() noexcept {
    while (leaving_ != nullptr) {
        chunk& next = *leaving_;
        unlink(next);
        next.leaving.store(false, std::memory_order_relaxed);
        link(next);
    }
    leaving_chunks_ = 0;
    is_clearing_ = false;
    magazine_room_ = magazine_blocks;
}

}  // namespace memstore::store
