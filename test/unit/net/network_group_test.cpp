#include "net/network_group.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>

#include <atomic>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::net {
namespace {

client_network network_of(const char* address) {
    sockaddr_storage peer{};
    sockaddr_in old{};
    sockaddr_in6 new_{};
    if (::inet_pton(AF_INET, address, &old.sin_addr) == 1) {
        old.sin_family = AF_INET;
        std::memcpy(&peer, &old, sizeof old);
    } else {
        BOOST_REQUIRE(::inet_pton(AF_INET6, address, &new_.sin6_addr) == 1);
        new_.sin6_family = AF_INET6;
        std::memcpy(&peer, &new_, sizeof new_);
    }
    return client_network{peer};
}

BOOST_AUTO_TEST_SUITE(network_group_)

BOOST_AUTO_TEST_CASE(an_address_of_version_4_is_a_network_of_its_own) {
    BOOST_TEST((network_of("192.0.2.1") == network_of("192.0.2.1")));
    BOOST_TEST(!(network_of("192.0.2.1") == network_of("192.0.2.2")));
    BOOST_TEST((network_of("192.0.2.1") == network_of("::ffff:192.0.2.1")));
}

BOOST_AUTO_TEST_CASE(of_version_6_the_first_half_counts) {
    BOOST_TEST((network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff:ffff:ffff:ffff")));
    BOOST_TEST(!(network_of("2001:db8:1:2::1") == network_of("2001:db8:1:3::1")));
    BOOST_TEST(!(network_of("2001:db8:1:2::1") == network_of("2001:db8:2:2::1")));
    BOOST_TEST(!(network_of("::1") == network_of("127.0.0.1")));
}

BOOST_AUTO_TEST_CASE(each_has_as_many_places_as_it_may) {
    network_group group{2};
    auto first = group.enter(client_network{1});
    const auto second = group.enter(client_network{1});
    BOOST_TEST(second.has_value());
    BOOST_TEST(!group.enter(client_network{1}).has_value());
    const auto other = group.enter(client_network{2});
    BOOST_TEST(other.has_value());
    first.reset();
    BOOST_TEST(group.enter(client_network{1}).has_value());
}

BOOST_AUTO_TEST_CASE(who_has_none_is_forgotten) {
    network_group group{1};
    {
        std::vector<network_group::ticket> held;
        for (std::uint64_t i = 0; i < 1000; ++i) {
            held.push_back(*group.enter(client_network{i}));
            BOOST_TEST(!group.enter(client_network{i}).has_value());
        }
        BOOST_TEST(group.networks() == 1000U);
    }
    BOOST_TEST(group.networks() == 0U);
}

BOOST_AUTO_TEST_CASE(where_any_number_may_come_nobody_is_counted) {
    network_group group{0};
    std::vector<network_group::ticket> held;
    for (int i = 0; i < 1000; ++i) held.push_back(*group.enter(client_network{1}));
    BOOST_TEST(group.networks() == 0U);
}

BOOST_AUTO_TEST_CASE(comings_and_goings_are_those_of_a_plain_count) {
    constexpr std::size_t each_max = 3;
    std::mt19937 random{7};
    network_group group{each_max};
    std::map<std::uint64_t, std::vector<network_group::ticket>> model;
    for (int step = 0; step < 20'000; ++step) {
        const std::uint64_t whose = random() % 20;
        auto& held = model[whose];
        if (random() % 2 == 0 && !held.empty()) {
            held.pop_back();
            continue;
        }
        auto ticket = group.enter(client_network{whose});
        BOOST_REQUIRE(ticket.has_value() == (held.size() < each_max));
        if (ticket) held.push_back(std::move(*ticket));
    }
    model.clear();
    BOOST_TEST(group.networks() == 0U);
}

BOOST_AUTO_TEST_CASE(threads_together_have_no_more) {
    constexpr std::size_t each_max = 5;
    network_group group{each_max};
    std::atomic<std::size_t> inside = 0;
    std::atomic<bool> exceeded = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 5'000; ++round) {
                const auto ticket = group.enter(client_network{1});
                if (!ticket) continue;
                if (inside.fetch_add(1) + 1 > each_max) exceeded = true;
                inside.fetch_sub(1);
            }
        });
    }
    for (auto& one : threads) one.join();
    BOOST_TEST(!exceeded);
    BOOST_TEST(group.networks() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
