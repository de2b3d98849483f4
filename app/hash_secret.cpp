#include "app/hash_secret.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace memstore::app {
namespace {

using secret = base::key_hasher::secret;

std::string_view bytes_of(const secret& of) noexcept {
    return {reinterpret_cast<const char*>(of.data()), of.size()};
}

std::optional<secret> read(const persist::data_directory& from) {
    const auto bytes = from.files().read(from.hash_secret(), secret{}.size());
    if (!bytes || bytes->size() != secret{}.size()) return std::nullopt;
    secret found;
    std::memcpy(found.data(), bytes->data(), found.size());
    return found;
}

}  // namespace

secret random_hash_secret() {
    std::random_device device;
    secret made;
    std::generate(made.begin(), made.end(), [&] { return static_cast<std::byte>(device()); });
    return made;
}

secret hash_secret_of(const persist::data_directory& kept_in) {
    const auto kept = read(kept_in);
    return kept ? *kept : random_hash_secret();
}

persist::checked<void> keep_hash_secret(const persist::data_directory& in, const secret& kept) {
    if (read(in) == kept) return {};
    return in.write_whole(in.hash_secret(), bytes_of(kept));
}

}  // namespace memstore::app
