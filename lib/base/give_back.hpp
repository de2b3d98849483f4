#pragma once

#include <vector>

namespace memstore::base {

/// Empties a vector and gives its memory back. (`of = {}` does not: that assigns an empty list, and
/// keeps the memory.)
template <class T>
void give_back(std::vector<T>& of) noexcept {
    std::vector<T>{}.swap(of);
}

}  // namespace memstore::base
