#pragma once

#include <sanitizer/asan_interface.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace memstore::store {

namespace slab_layout {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
constexpr std::size_t block_bytes_max = 2048;
constexpr std::size_t classes = 48;

/// Every 8 bytes up to 128, then eight classes to each doubling: at most an eighth is wasted.
constexpr std::array<std::uint16_t, classes> class_bytes = [] {
    std::array<std::uint16_t, classes> all{};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < classes; ++i) {
        std::size_t step = 8;
        while (bytes >= step * 16) step *= 2;
        bytes += step;
        all[i] = static_cast<std::uint16_t>(bytes);
    }
    return all;
}();
static_assert(class_bytes.back() == block_bytes_max);

constexpr std::array<std::uint8_t, block_bytes_max / 8 + 1> class_by_words = [] {
    std::array<std::uint8_t, block_bytes_max / 8 + 1> all{};
    std::size_t one = 0;
    for (std::size_t words = 0; words < all.size(); ++words) {
        while (class_bytes[one] < words * 8) ++one;
        all[words] = static_cast<std::uint8_t>(one);
    }
    return all;
}();

constexpr std::size_t class_of(std::size_t bytes) noexcept {
    return class_by_words[(bytes + 7) / 8];
}

/// What a block of so many bytes takes up.
constexpr std::size_t taken_by(std::size_t bytes) noexcept {
    return bytes > block_bytes_max ? bytes : class_bytes[class_of(bytes)];
}

}  // namespace slab_layout

/** Blocks of memory for one node, by size class, aligned to 8 bytes.

    Free blocks wait in an array a class, so that to free one does not touch it (magazines: Bonwick
    and Adams, 2001). Behind the arrays are chunks, each cut into blocks of one class, with a bit a
    block. A chunk stays with the slab that cut it and takes all its blocks back: what is freed into
    another slab, because its partition has moved to that node since, returns through a list of its
    own. So a slab must outlive its blocks, wherever they are; slabs that blocks have moved between
    all return their idle ones before the first of them ends.

    Idle memory is bounded: an array of at most 256 blocks a class, one empty chunk, and what is
    free in chunks that still hold a block in use. Other empty chunks, and blocks larger than 2 KiB,
    go back to operator delete. Blocks do not move by themselves: chunks of which little is in use
    can be cleared, by an owner who moves what is_leaving() says.

    Under AddressSanitizer a free block is poisoned.

    @par Threads  one owner at a time
*/
class slab {
public:
    slab() = default;
    ~slab();  ///< all its blocks must have been freed
    slab(const slab&) = delete;
    slab& operator=(const slab&) = delete;

    /// @throws std::bad_alloc
    /// @par Complexity  constant; one in 128 looks at a chunk
    void* allocate(std::size_t bytes);

    /// Takes a block from this slab or any other.
    /// @param bytes  what it was allocated with
    void free(void* block, std::size_t bytes) noexcept;

    /// Gives all free blocks back to their chunks: for a node that has nothing better to do.
    void return_idle() noexcept;

    /// Whether others have freed some of its blocks, which return_idle() takes back. Any thread.
    bool has_returned() const noexcept {
        return returned_.load(std::memory_order_relaxed) != nullptr;
    }

    /// What the blocks allocated take up, less those freed here: the sum over the slabs that blocks
    /// move between is what is in use.
    std::size_t bytes_in_use() const noexcept { return bytes_in_use_; }

    /// What it takes from the process: large blocks, and of chunks as much as was ever used. Summed
    /// up like bytes_in_use().
    std::size_t bytes_held() const noexcept { return touched_bytes_ + large_bytes_; }

    std::size_t chunks() const noexcept { return chunks_; }

    /// Of its own chunks, as much as was ever used, whoever uses it.
    std::size_t chunk_bytes_held() const noexcept { return touched_bytes_; }

    /** Begins to clear chunks, and chooses more of them, those with the least in use first: no
       block is given out of them until end_clearing(), and when their last one is freed, they go
       back.

        @param bytes  that they hold and nobody uses, together, if there are such
        @return how many bytes that is
        @par Complexity  O(n log n) in the chunks that have free blocks
    */
    std::size_t begin_clearing(std::size_t bytes);

    /// Of those, such that are not empty yet.
    std::size_t leaving_chunks() const noexcept { return leaving_chunks_; }

    /// Chunks that are not empty by now give out blocks again.
    void end_clearing() noexcept;

    /// Whether a block in use is to move: what is allocated in its place lies elsewhere. Also out
    /// of the chunks that another slab clears. False where this one clears none.
    bool is_leaving(const void* block, std::size_t bytes) const noexcept {
        return is_clearing_ && bytes <= slab_layout::block_bytes_max && is_in_leaving_chunk(block);
    }

private:
    static constexpr std::size_t magazine_blocks = 256;

    struct chunk;

    struct magazine {
        std::size_t count = 0;
        std::array<void*, magazine_blocks> blocks;  // only `count` of them mean something
    };

    static chunk& chunk_of(const void* block) noexcept;
    static bool is_in_leaving_chunk(const void* block) noexcept;
    void* allocate_from(magazine& own, std::size_t size_class);
    void refill(magazine& own, std::size_t size_class);
    void note_touched(chunk& from, const void* last) noexcept;
    void free_into_full(magazine& own, void* block) noexcept;
    void flush(magazine& own, std::size_t count) noexcept;
    void give_back(void* block) noexcept;
    void return_block(void* block) noexcept;
    void send_home(void* block, chunk& from) noexcept;
    void take_returned() noexcept;

    chunk& make_chunk(std::size_t size_class);
    void discard(chunk& empty) noexcept;
    chunk*& list_of(const chunk& one) noexcept;
    void link(chunk& one) noexcept;
    void unlink(chunk& one) noexcept;
    std::vector<chunk*> find_sparse();

    std::array<magazine, slab_layout::classes> magazines_;
    std::size_t magazine_room_ = magazine_blocks;           // 0 while chunks are being cleared
    std::array<chunk*, slab_layout::classes> available_{};  // chunks that have free blocks
    chunk* leaving_ = nullptr;                              // those that are being cleared
    std::size_t leaving_chunks_ = 0;
    bool is_clearing_ = false;
    void* spare_ = nullptr;  // an empty chunk, of no class
    std::uint32_t spare_touched_ = 0;
    std::size_t chunks_ = 0;
    std::size_t bytes_in_use_ = 0;
    std::size_t large_bytes_ = 0;  // of those, of blocks that are in no chunk
    std::size_t touched_bytes_ = 0;
    alignas(64) std::atomic<void*> returned_ = nullptr;  // from other slabs; any thread pushes
};

inline void* slab::allocate(std::size_t bytes) {
    if (bytes > slab_layout::block_bytes_max) {
        bytes_in_use_ += bytes;
        large_bytes_ += bytes;
        return ::operator new(bytes);
    }
    const std::size_t size_class = slab_layout::class_of(bytes);
    bytes_in_use_ += slab_layout::class_bytes[size_class];
    return allocate_from(magazines_[size_class], size_class);
}

inline void* slab::allocate_from(magazine& own, std::size_t size_class) {
    constexpr std::size_t ahead = 8;
    if (own.count == 0) refill(own, size_class);
    void* const block = own.blocks[--own.count];
    if (own.count >= ahead) __builtin_prefetch(own.blocks[own.count - ahead], 1);
    ASAN_UNPOISON_MEMORY_REGION(block, slab_layout::class_bytes[size_class]);
    return block;
}

inline void slab::free(void* block, std::size_t bytes) noexcept {
    if (bytes > slab_layout::block_bytes_max) {
        bytes_in_use_ -= bytes;
        large_bytes_ -= bytes;
        ::operator delete(block);
        return;
    }
    const std::size_t size_class = slab_layout::class_of(bytes);
    bytes_in_use_ -= slab_layout::class_bytes[size_class];
    magazine& own = magazines_[size_class];
    ASAN_POISON_MEMORY_REGION(block, slab_layout::class_bytes[size_class]);
    if (own.count >= magazine_room_) {
        free_into_full(own, block);
    } else {
        own.blocks[own.count++] = block;
    }
}

}  // namespace memstore::store
