#pragma once

#include "base/hash.hpp"
#include "persist/data_directory.hpp"
#include "persist/fault.hpp"

namespace memstore::app {

/// Random bytes to hash keys with. @throws std::exception  where the system has none
base::key_hasher::secret random_hash_secret();

/** The secret that a data directory keeps; new random bytes where it keeps none, or it is damaged.

    A checkpoint has its keys partition by partition. With the secret that they had then, they are
    in the same partitions again, and one after the other is loaded whole, with its memory near.
    With another, a start takes longer, and nothing else changes.
*/
base::key_hasher::secret hash_secret_of(const persist::data_directory& kept_in);

/// Keeps a secret in a directory that the caller holds the lock of, unless it is there already.
persist::checked<void> keep_hash_secret(
    const persist::data_directory& in,
    const base::key_hasher::secret& kept
);

}  // namespace memstore::app
