#include "app/token_file.hpp"

#include "app/token_tool.hpp"
#include "auth/digest.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;
using service::right;

namespace {

const std::string digest_a = auth::hex_of(auth::digest_of("a"));
const std::string digest_b = auth::hex_of(auth::digest_of("b"));

std::string entry(const std::string& name, const std::string& digest) {
    return "- {name: " + name + ", sha256: " + digest + ", rights: [read], prefixes: ['']}\n";
}

struct token_mistake {
    std::string text;
    std::string what;
};
std::ostream& operator<<(std::ostream& out, const token_mistake& one) { return out << one.what; }

const token_mistake token_mistakes[] = {
    {"", "not a list of tokens (t)"},
    {"[]", "not a list of tokens (t line 1)"},
    {"tokens: []", "not a list of tokens (t line 1)"},
    {"- [", "not well-formed YAML (t line 1)"},
    {", - a", "not well-formed YAML (t line 1)"},
    {"- a\n---\n- b\n", "more than one document (t line 2)"},
    {"- a", "a token that is not a map (t line 1)"},
    {"- {sha256: " + digest_a + ", rights: [admin]}", "a token without a name (t line 1)"},
    {"\n- {name: a, rights: [admin]}", "a token without a sha256 (t line 2)"},
    {"- {name: a, sha256: " + digest_a + "}", "a token without rights (t line 1)"},
    {"- {name: a, sha256: " + digest_a + ", rights: [write]}",
     "a token that reads or writes without prefixes: \"\" is that of all (t line 1)"},
    {"- {name: a, sha256: mst_secret}", "sha256: not 64 hexadecimal digits (t line 1)"},
    {"- {name: a, rights: [fly]}", "rights: not read, write or admin (t line 1)"},
    {"- {name: a, rights: read}", "rights: not a list (t line 1)"},
    {"- {name: a, prefixes: a}", "prefixes: not a list (t line 1)"},
    {"- {name: a, prefixes: [[a]]}", "prefixes: not a text (t line 1)"},
    {"- name: a\n  mst_secret: b",
     "a member of a token that is not name, sha256, rights or prefixes (t line 2)"},
    {"- {name: a, name: b}", "a member of a token that is there twice (t line 1)"},
    {entry("a", digest_a) + entry("a", digest_b),
     "a token with the name or the secret of another (t line 2)"},
    {entry("a", digest_a) + entry("b", digest_a),
     "a token with the name or the secret of another (t line 2)"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(token_file)

BOOST_AUTO_TEST_CASE(says_who_may_do_what) {
    const auto read = app::parse_tokens(
        entry("a", digest_a) + "- name: b c\n  sha256: " + digest_b +
            "\n  rights: [write, admin]\n  prefixes: [x/, \"y\\n\"]\n",
        "t"
    );
    BOOST_REQUIRE(read.has_value());
    BOOST_REQUIRE_EQUAL(read->size(), 2U);
    const auth::token& a = read->at(0);
    BOOST_TEST(a.whose.name == "a");
    BOOST_TEST((a.secret == auth::digest_of("a")));
    BOOST_TEST((a.whose.may == service::rights{right::read}));
    BOOST_TEST((a.whose.prefixes == std::vector<std::string>{""}));
    const auth::token& b = read->at(1);
    BOOST_TEST(b.whose.name == "b c");
    BOOST_TEST((b.whose.may == service::rights{right::write, right::admin}));
    BOOST_TEST((b.whose.prefixes == std::vector<std::string>{"x/", "y\n"}));
}

BOOST_DATA_TEST_CASE(mistakes_are_named_and_nothing_is_repeated, bdata::make(token_mistakes)) {
    const auto read = app::parse_tokens(sample.text, "t");
    BOOST_REQUIRE(read.has_error());
    BOOST_TEST(read.error().what == sample.what);
}

BOOST_AUTO_TEST_CASE(a_new_token_is_read_back) {
    const std::string odd = "a \"b\": c\n- d";
    std::istringstream text{app::new_token_text({.name = odd, .may = {right::read, right::admin}})};
    std::string secret;
    std::string line;
    for (std::string each; std::getline(text, each);) {
        if (each.starts_with("mst_")) secret = each;
        if (each.starts_with("- ")) line = each;
    }
    const auto read = app::parse_tokens(line, "t");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->front().whose.name == odd);
    BOOST_TEST((read->front().secret == auth::digest_of(secret)));
    BOOST_TEST((read->front().whose.may == service::rights{right::read, right::admin}));
}

BOOST_AUTO_TEST_CASE(a_file_that_everybody_can_use_is_not_read) {
    namespace fs = std::filesystem;
    const test::temporary_directory directory;
    const fs::path file = directory.path / "tokens";
    std::ofstream{file} << entry("a", digest_a);
    using perms = fs::perms;
    const perms owners = perms::owner_read | perms::owner_write;
    fs::permissions(file, owners | perms::group_read);
    BOOST_TEST(app::read_tokens(file).has_value());
    for (const perms open : {perms::others_read, perms::others_write}) {
        fs::permissions(file, owners | open);
        const auto read = app::read_tokens(file);
        BOOST_REQUIRE(read.has_error());
        BOOST_TEST(read.error().what.find("everybody") != std::string::npos, read.error().what);
    }
    BOOST_TEST(app::read_tokens(directory.path).error().what.ends_with("is not a file"));
    BOOST_TEST(app::read_tokens(directory.path / "no").error().what.starts_with("cannot read"));
}

BOOST_AUTO_TEST_SUITE_END()
