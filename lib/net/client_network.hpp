#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>

namespace memstore::net {

/** Where a client comes from, as far as limits tell one client from another: an IPv4 address, or
    the network that the first 64 bits of an IPv6 address name, of which whoever has one address has
    all.
*/
class client_network {
public:
    /// One that nobody knows, of which there is one.
    constexpr client_network() noexcept = default;

    constexpr explicit client_network(std::uint64_t bits) noexcept : bits_(bits) {}

    /// Of what accept() tells.
    explicit client_network(const sockaddr_storage& peer) noexcept {
        if (peer.ss_family == AF_INET) {
            sockaddr_in address{};
            std::memcpy(&address, &peer, sizeof address);
            bits_ = of_version_4(to_host(address.sin_addr.s_addr));
        } else if (peer.ss_family == AF_INET6) {
            sockaddr_in6 address{};
            std::memcpy(&address, &peer, sizeof address);
            bits_ = of_version_6(address.sin6_addr);
        }
    }

    /// Different for each network.
    constexpr std::uint64_t bits() const noexcept { return bits_; }

    constexpr bool operator==(const client_network&) const noexcept = default;

private:
    /// 0:ffff::/32 is reserved by the IETF: no IPv6 client comes from there.
    static constexpr std::uint64_t version_4 = 0x0000'ffff'0000'0000;

    static std::uint32_t to_host(std::uint32_t network_order) noexcept {
        return ntohl(network_order);
    }

    static constexpr std::uint64_t of_version_4(std::uint32_t address) noexcept {
        return version_4 | address;
    }

    static std::uint64_t of_version_6(const in6_addr& address) noexcept {
        const std::uint32_t* const words = address.s6_addr32;
        if (IN6_IS_ADDR_V4MAPPED(&address) != 0) return of_version_4(to_host(words[3]));
        return (std::uint64_t{to_host(words[0])} << 32) | to_host(words[1]);
    }

    std::uint64_t bits_ = 0;
};

}  // namespace memstore::net
