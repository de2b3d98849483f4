#pragma once

#include <random>
#include <string>
#include <vector>

namespace memstore::test {

/// Keys that collide in length, prefix and zero bytes, few enough to be met again.
inline std::string random_key(std::mt19937_64& random, unsigned variety) {
    static const std::vector<std::string> stems{
        "",
        "a",
        "key:",
        "key:00000",
        std::string("zero\0byte", 9),
        std::string(40, 'x'),
        "\xFF\xFF\xFF"};
    std::string key = stems[random() % stems.size()];
    const unsigned number = static_cast<unsigned>(random() % variety);
    switch (random() % 3) {
    case 0: return key + std::to_string(number);
    case 1: return key.append(number % 11, number % 2 == 0 ? '\0' : '\xFF');
    default: return key + static_cast<char>(number) + static_cast<char>(number >> 8);
    }
}

}  // namespace memstore::test
