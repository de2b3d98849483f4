#include "persist/room.hpp"

#include <new>
#include <stdexcept>

namespace memstore::persist {
namespace {

fault no_room(std::uint64_t bytes, const std::filesystem::path& file) {
    namespace errc = boost::system::errc;
    return failed_call(
        "there is no memory for " + std::to_string(bytes) + " bytes of it",
        file,
        errc::make_error_code(errc::not_enough_memory)
    );
}

}  // namespace

checked<void> make_room(
    std::string& buffer,
    std::uint64_t bytes,
    const std::filesystem::path& file
) {
    try {
        buffer.resize(bytes);
        return {};
    } catch (const std::bad_alloc&) {
        return no_room(bytes, file);
    } catch (const std::length_error&) {
        return no_room(bytes, file);
    }
}

}  // namespace memstore::persist
