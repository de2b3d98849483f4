#include "persist/fault.hpp"

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace memstore::persist {
namespace {

bool is_full(boost::system::error_code error) noexcept {
    const boost::system::error_code quota{EDQUOT, boost::system::generic_category()};
    return error == boost::system::errc::no_space_on_device ||
           error.default_error_condition() == quota.default_error_condition();
}

}  // namespace

std::string describe(const fault& shown) {
    std::string text = shown.file.string();
    if (shown.offset) text += " at " + std::to_string(*shown.offset);
    if (!text.empty()) text += ": ";
    return text + reason_of(shown);
}

std::string reason_of(const fault& shown) {
    return shown.system ? shown.what + ": " + shown.system.message() : shown.what;
}

fault failed_call(
    std::string what,
    const std::filesystem::path& file,
    boost::system::error_code error
) {
    const auto kind = is_full(error) ? fault_kind::no_space : fault_kind::failed;
    return {.kind = kind, .what = std::move(what), .file = file, .system = error};
}

fault corruption(std::string what, const std::filesystem::path& file, std::uint64_t offset) {
    return {.kind = fault_kind::corrupt, .what = std::move(what), .file = file, .offset = offset};
}

void throw_exception_from_error(const fault& found, const boost::source_location& where) {
    throw std::logic_error{
        "a fault was used as a value: " + describe(found) + " at " + where.to_string()};
}

}  // namespace memstore::persist
