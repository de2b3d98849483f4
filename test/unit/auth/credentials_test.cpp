#include "auth/credentials.hpp"

#include "auth/keyring.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::auth {
namespace {

credentials of(const std::vector<std::string>& secrets) {
    std::vector<token> tokens;
    for (const std::string& each : secrets) {
        tokens.push_back({digest_of(each), {.name = "of " + each, .may = {}, .prefixes = {}}});
    }
    return credentials{std::move(tokens)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(credentials_of_tokens)

/// FIPS 180-2, appendix B.1.
BOOST_AUTO_TEST_CASE(a_digest_is_sha256) {
    constexpr std::string_view known =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    BOOST_TEST(hex_of(digest_of("abc")) == known);
    BOOST_TEST((digest_in(known) == digest_of("abc")));
    BOOST_TEST(
        (digest_in("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD") ==
         digest_of("abc"))
    );
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_digest) {
    const std::string good = hex_of(digest_of("abc"));
    BOOST_TEST(!digest_in(""));
    BOOST_TEST(!digest_in(good.substr(1)));
    BOOST_TEST(!digest_in(good + "0"));
    for (const char bad : {'g', 'G', '/', ':', '@', '`', ' ', '\0'}) {
        for (std::size_t at = 0; at < good.size(); ++at) {
            std::string text = good;
            text[at] = bad;
            BOOST_TEST(!digest_in(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_secret_finds_its_own_token_alone) {
    const credentials known = of({"a", "b", "abc"});
    for (const char* secret : {"a", "b", "abc"}) {
        BOOST_REQUIRE(known.find(secret) != nullptr);
        BOOST_TEST(known.find(secret)->name == std::string{"of "} + secret);
    }
    for (const char* secret : {"", "c", "ab", "abcd", "A"}) {
        BOOST_TEST(known.find(secret) == nullptr);
    }
    BOOST_TEST(known.find(hex_of(digest_of("a"))) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_keyring_has_one_generation_after_the_other) {
    keyring keys{of({"a"})};
    const auto before = keys.generation();
    const auto held = keys.current();
    keys.replace(of({"b"}));
    BOOST_TEST(keys.generation() != before);
    BOOST_TEST(keys.current()->find("a") == nullptr);
    BOOST_TEST(keys.current()->find("b") != nullptr);
    BOOST_TEST(held->find("a") != nullptr);
}

/// Whoever has seen a generation, and then takes the credentials, has those or later ones.
BOOST_AUTO_TEST_CASE(no_reader_keeps_what_was_replaced) {
    constexpr std::size_t replacements = 300;
    keyring keys{of({"0"})};
    const auto first = keys.generation();
    std::atomic<bool> stale = false;
    std::jthread reader{[&] {
        for (std::size_t seen = 0; seen < replacements;) {
            seen = keys.generation() - first;
            const auto held = keys.current();
            bool known = false;
            for (std::size_t each = seen; each <= replacements && !known; ++each) {
                known = held->find(std::to_string(each)) != nullptr;
            }
            if (!known) stale = true;
        }
    }};
    for (std::size_t each = 1; each <= replacements; ++each)
        keys.replace(of({std::to_string(each)}));
    reader.join();
    BOOST_TEST(!stale.load());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::auth
