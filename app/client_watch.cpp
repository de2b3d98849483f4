#include "app/client_watch.hpp"

#include "app/client_json.hpp"
#include "app/client_text.hpp"
#include "client/event_reader.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>
#include <thread>

namespace memstore::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t event_bytes_max = std::size_t{1024} * 1024 * 1024;
constexpr std::size_t line_cell_width = 100;

/// A watch over as many connections as it takes.
class watch {
public:
    explicit watch(client_session& session) : session_(session), events_(event_bytes_max) {
        target_ = "/v1/watch?prefix=" + client::percent_encoded(session_.word(0, ""));
        const auto from = session_.number("from", 0, std::numeric_limits<std::uint64_t>::max());
        if (from) target_ += "&from=" + std::to_string(*from);
    }

    [[noreturn]] void run() {
        follow();
        auto pause = shortest_pause;
        for (;;) {
            if (pause == shortest_pause) session_.note("the watch was cut, and goes on from there");
            std::this_thread::sleep_for(pause);
            const bool came_back = follow_again();
            pause = came_back ? shortest_pause : std::min(pause * 2, longest_pause);
        }
    }

private:
    static constexpr std::chrono::milliseconds shortest_pause = 1s;  // as the server asks for
    static constexpr std::chrono::milliseconds longest_pause = 8s;

    /// Reads a connection to its end. @return what came instead of a stream, if anything
    client::checked<client::response> read() {
        heard_ = false;
        events_.begin_anew();
        return session_.client().ask(request(), [this](std::string_view piece) {
            heard_ = true;
            return events_.take(piece, [this](const client::event& one) { take(one); });
        });
    }

    void follow() {
        const auto answer = read();
        if (answer && !answer->good()) throw refusal_of(*answer);
        if (!answer && !heard_) {
            throw client_failed{client_unreachable, line_text(answer.error().what)};
        }
    }

    /// What is not there now may be there again. @return whether it was
    bool follow_again() {
        const auto answer = read();
        if (answer && !answer->good() && answer->status != 503) throw refusal_of(*answer);
        return heard_;
    }

    client::request request() {
        client::request asked{.target = target_};
        const std::string& position = seen_to_.empty() ? events_.last_id() : seen_to_;
        if (!position.empty()) asked.more.emplace_back("Last-Event-ID", position);
        return asked;
    }

    void take(const client::event& one) {
        if (one.kind == "commit" || one.kind == "snapshot") print(one);
        seen_to_.clear();
        if (one.kind == "progress" && !amid_snapshot_) {
            seen_to_ = std::to_string(number_in(member_of(json_in(one.data), "version")));
        }
    }

    void print(const client::event& one) {
        const auto data = json_in(one.data);
        const json::value& version = member_of(data, "version");
        amid_snapshot_ = one.kind == "snapshot" && !object_in(data).contains("last");
        std::string lines;
        for (const json::value& each : array_in(member_of(data, "changes"))) {
            lines +=
                session_.prints_json() ? json_of(one.kind, version, each) : line_of(version, each);
        }
        session_.print(lines);
    }

    static std::string json_of(
        std::string_view kind,
        const json::value& version,
        const json::value& change
    ) {
        json::object line{{"event", kind}, {"version", version}};
        const json::object& members = object_in(change);
        line.insert(members.begin(), members.end());
        return json::serialize(line) + "\n";
    }

    static std::string line_of(const json::value& version, const json::value& change) {
        const json::value& value = member_of(change, "value");
        std::string line = std::to_string(number_in(version));
        line += value.is_null() ? " del " : " set ";
        line += cell_text(bytes_in(member_of(change, "key")), line_cell_width);
        if (!value.is_null()) line += " = " + cell_text(bytes_in(value), line_cell_width);
        const json::value* cause = object_in(change).if_contains("cause");
        if (cause != nullptr) line += " (" + line_text(bytes_in(*cause)) + ")";
        return line + "\n";
    }

    client_session& session_;
    client::event_reader events_;
    std::string target_;
    std::string seen_to_;  ///< nothing up to that version is still to come, though no event has it
                           ///< as its id
    bool amid_snapshot_ = false;
    bool heard_ = false;  ///< something came over this connection
};

}  // namespace

int run_watch(client_session& session) { watch{session}.run(); }

}  // namespace memstore::app
