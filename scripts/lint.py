#!/usr/bin/env python3
"""The rules no compiler here checks: who may include whom, what a source begins with, where a co_await may stand.

Usage: scripts/lint.py              every source under lib, app and test
       scripts/lint.py --selftest   that each rule finds what was planted for it
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

MAY_INCLUDE = {  # lowest first; a module sees itself and these, nothing else
    "base": [],
    "log": ["base"],
    "async": ["base"],
    "fs": ["base"],
    "store": ["base"],
    "persist": ["base", "async", "fs", "store"],
    "command": ["base", "store"],
    "service": ["base", "async", "command"],
    "auth": ["base", "store", "command", "service"],
    "cluster": ["base", "async", "store", "command", "service", "persist"],
    "net": ["base", "async", "log"],
    "http": ["base", "async", "log", "command", "service", "auth", "net"],
    "console": ["base", "http"],
    "client": ["base", "async"],
    "metrics": ["base", "async", "store", "command", "service"],
    "app": ["*"],
}
PURE = {"base", "store", "command"}  # values in, values out: no socket, file, thread, clock or chance
IMPURE_HEADER = re.compile(
    r"boost/(asio|beast)/|sys/|"
    r"(thread|stop_token|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|"
    r"fstream|iostream|filesystem|unistd\.h|random)$"
)
IMPURE_CALL = re.compile(r"\b(?:system|steady|high_resolution)_clock::now\b|\brandom_device\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)

# Comments and literals; an include is matched so that its name is not taken for one.
OPAQUE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'
      | (?P<include>\#\s*include[^\n]*)""",
    re.S | re.X,
)
AWAIT = re.compile(r"\bco_await\b")
STATEMENT = re.compile(r"\b(if|while|switch|for)\s*(?:constexpr\s*)?\(")
OPENING, CLOSING = "([{", ")]}"
OWNED = {
    "lambda": "co_await of a lambda that owns its captures: g++ 12 frees them twice; name the lambda first",
    "value": "co_await of a braced value: g++ 12 frees it twice; name it first and move it in",
}


def code_of(text):
    """The text with comments and literals blanked; every offset and line stays where it was."""

    def blank(found):
        if found["include"]:
            return found[0]
        empty = re.sub(r"[^\n]", " ", found[0])
        return empty if found["comment"] else '"' + empty[1:-1] + '"'

    return OPAQUE.sub(blank, text)


def closing(code, opening):
    """Where the bracket opened at `opening` closes."""
    depth = 0
    for at in range(opening, len(code)):
        depth += (code[at] in OPENING) - (code[at] in CLOSING)
        if depth == 0:
            return at
    return len(code)


def condition(code, keyword, opening):
    """What the parenthesis opened at `opening` tests: all of it, or one clause between its ';'."""
    end = closing(code, opening)
    clauses, depth, start = [], 0, opening + 1
    for at in range(opening + 1, end):
        depth += (code[at] in OPENING) - (code[at] in CLOSING)
        if code[at] == ";" and depth == 0:
            clauses.append(code[start:at])
            start = at + 1
    clauses.append(code[start:end])
    if keyword == "for":
        return clauses[1] if len(clauses) == 3 else ""
    return clauses[-1]


def statement_around(code, at):
    """The statement that holds `at`, without the bodies of its lambdas."""
    start = max(code.rfind(mark, 0, at) for mark in ";{}") + 1
    end = at
    while end < len(code) and code[end] not in ";}":
        end = closing(code, end) + 1 if code[end] == "{" else end + 1
    return code[start:end]


def begins_lambda(code, at):
    """Whether the '[' at `at` begins a lambda rather than a subscript."""
    before = code[:at].rstrip()
    return before.endswith(("co_await", "return")) or not re.search(r"[\w)\]]$", before)


def owns(captures):
    """Whether a capture list holds anything but references and this."""
    names = [name.strip() for name in captures.split(",") if name.strip()]
    return any(name != "this" and not name.startswith("&") for name in names)


def owned_temporaries(code, at):
    """The braced values and owning lambdas in the operand that begins at `at`: offset and kind."""
    depth = 0
    while at < len(code):
        mark = code[at]
        if mark == "[" and begins_lambda(code, at):
            bracket = closing(code, at)
            if owns(code[at + 1 : bracket]):
                yield at, "lambda"
            body = code.find("{", bracket)
            at = closing(code, body) + 1 if body >= 0 else len(code)
            continue
        if mark == ";" or (depth == 0 and (mark == "," or mark in CLOSING)):
            return
        if mark == "{":
            yield at, "value"
        depth += (mark in OPENING) - (mark in CLOSING)
        at += 1


def coroutine_faults(code):
    for found in STATEMENT.finditer(code):
        if AWAIT.search(condition(code, found[1], found.end() - 1)):
            yield found.start(), f"co_await in the condition of {found[1]}: g++ 12 miscompiles it; name the result first"
    for found in AWAIT.finditer(code):
        if "?" in statement_around(code, found.start()):
            yield found.start(), "co_await beside ?: : g++ 12 frees its result twice; use if"
        for at, kind in owned_temporaries(code, found.end()):
            yield at, OWNED[kind]


def layer_faults(path, code):
    module = path.parts[1] if path.parts[0] == "lib" else path.parts[0]
    if module not in MAY_INCLUDE:
        yield 0, f"module '{module}' has no line in scripts/lint.py"
        return
    allowed = {module, *MAY_INCLUDE[module]}
    for found in INCLUDE.finditer(code):
        own, other = found.groups()
        if own and "*" not in allowed and own.split("/")[0] not in allowed:
            yield found.start(), f"{module} may not include {own}"
        if other and module in PURE and IMPURE_HEADER.match(other):
            yield found.start(), f"{module} is pure, yet includes <{other}>"
    if module in PURE:
        for found in IMPURE_CALL.finditer(code):
            yield found.start(), f"{module} is pure, yet uses {found[0]}"


def first_include_fault(path, code):
    """A header compiles alone if its source begins with it, so nothing else need check it."""
    header = path.with_suffix(".hpp")
    if path.suffix != ".cpp" or not (ROOT / header).exists():
        return
    own = header.relative_to("lib") if path.parts[0] == "lib" else header
    first = INCLUDE.search(code)
    if not first or first[1] != str(own):
        yield first.start() if first else 0, f'begins with something else than #include "{own}"'


def faults(path, text):
    """Every fault of one source as `path:line: what`; the path is relative to the root."""
    code = code_of(text)
    found = list(coroutine_faults(code))
    if path.parts[0] != "test":
        found += layer_faults(path, code)
        found += first_include_fault(path, code)
    return [f"{path}:{code.count(chr(10), 0, at) + 1}: {what}" for at, what in sorted(found)]


PLANTED = [  # where, what, and a word of the fault it must raise; None: it must raise none
    ("lib/base/a.cpp", '#include "store/tree.hpp"', "may not include"),
    ("lib/store/a.cpp", '#include "command/command.hpp"', "may not include"),
    ("lib/net/a.cpp", '#include "http/session.hpp"', "may not include"),
    ("lib/http/a.cpp", '#include "cluster/cluster.hpp"', "may not include"),
    ("lib/cluster/a.cpp", '#include "http/server.hpp"', "may not include"),
    ("lib/http/a.cpp", '#include "log/logger.hpp"\n#include "net/listener.hpp"', None),
    ("app/a.cpp", '#include "http/server.hpp"\n#include "cluster/cluster.hpp"', None),
    ("lib/base/error.cpp", '#include <string>\n#include "base/error.hpp"', "begins with"),
    ("lib/base/error.cpp", '// #include <string>\n#include "base/error.hpp"', None),
    ("lib/unheard/a.cpp", "int x;", "no line in"),
    ("lib/store/a.cpp", "#include <boost/asio/post.hpp>", "is pure"),
    ("lib/command/a.cpp", "#include <mutex>", "is pure"),
    ("lib/store/a.cpp", "#include <atomic>\n#include <string>", None),
    ("lib/base/a.cpp", "auto t = std::chrono::steady_clock::now();", "is pure"),
    ("lib/store/a.cpp", "// steady_clock::now() is the caller's\n// #include <mutex>", None),
    ("test/unit/store/a.cpp", '#include "http/server.hpp"\n#include <thread>', None),
    ("test/a.cpp", "if (co_await f()) g();", "condition of if"),
    ("test/a.cpp", "if (auto r = co_await f(); !r) g();", None),
    ("test/a.cpp", "if (auto r = f(); co_await g(r)) h();", "condition of if"),
    ("test/a.cpp", "while (!co_await f()) {}", "condition of while"),
    ("test/a.cpp", "do { f(); } while (n != co_await g());", "condition of while"),
    ("test/a.cpp", "switch (co_await f()) {}", "condition of switch"),
    ("test/a.cpp", "for (int i = 0; co_await f(i); ++i) {}", "condition of for"),
    ("test/a.cpp", "for (auto x : co_await f()) {}", None),
    ("test/a.cpp", "while (more()) { co_await f(); }", None),
    ("test/a.cpp", "auto x = c ? co_await a() : co_await b();", "beside ?:"),
    ("test/a.cpp", "auto x = c\n    ? 1\n    : co_await b();", "beside ?:"),
    ("test/a.cpp", 'auto x = co_await f("a?b:c"); // c ? a : b', None),
    ("test/a.cpp", "auto y = c ? a : b; auto x = co_await f(y);", None),
    ("test/a.cpp", "co_await f({text, 1});", "braced value"),
    ("test/a.cpp", "co_await f(\n    options{.name = text}, token);", "braced value"),
    ("test/a.cpp", "options o{text}; co_await f(std::move(o)); options p{text};", None),
    ("test/a.cpp", "co_await f([text] { use(text); });", "owns its captures"),
    ("test/a.cpp", "co_await f([&a, b = std::move(b)] {});", "owns its captures"),
    ("test/a.cpp", "co_await [text]() -> awaitable<void> { co_return; }();", "owns its captures"),
    ("test/a.cpp", "co_await f(ex, [=] {});", "owns its captures"),
    ("test/a.cpp", "co_await f([&text, this] { return use({text, 1}); });", None),
    ("test/a.cpp", "co_await f([] { return 1; }); auto g = [text] {};", None),
    ("test/a.cpp", "co_await f(table[i], [&] {});", None),
    ("test/a.cpp", 'auto j = R"({"a": "//"})"; if (co_await f()) g();', "condition of if"),
    ("test/a.cpp", "int n = 1'000'000; if (co_await f()) g();", "condition of if"),
    ("test/a.cpp", "/* if (co_await f()) */ auto s = \"if (co_await f())\"; char c = '\"';", None),
]


def selftest():
    wrong = []
    for where, text, expected in PLANTED:
        found = faults(pathlib.PurePosixPath(where), text)
        right = any(expected in fault for fault in found) if expected else not found
        if not right:
            wrong.append(f"{where}: {text!r}: expected {expected!r}, found {found}")
    print("\n".join(wrong) or f"lint: {len(PLANTED)} planted sources judged right")
    return bool(wrong)


def lint():
    bad = []
    for top in ("lib", "app", "test"):
        for path in sorted((ROOT / top).rglob("*.[hc]pp")):
            bad += faults(path.relative_to(ROOT), path.read_text())
    print("\n".join(bad) or "lint: clean")
    return bool(bad)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--selftest"]):
        sys.exit(__doc__)
    sys.exit(selftest() if sys.argv[1:] else lint())
