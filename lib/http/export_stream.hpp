#pragma once

#include "http/answer_stream.hpp"
#include "service/snapshot_service.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace memstore::http {

/** The lines of an export: the keys of a snapshot, then how many there were. It holds the snapshot
    until the last key is on its way, or the client is gone.

    @par Threads  the session's
*/
class export_stream final : public answer_stream, private service::snapshot_visitor {
public:
    struct choice {
        std::string prefix = {};  ///< of the keys
        bool versions = true;     ///< lines have them
    };

    explicit export_stream(choice what) noexcept;

    /// Before it begins: what of.
    void show(std::unique_ptr<service::snapshot> of) noexcept;

    void begin(net::waker& wake) override;
    step fill(std::string& out, bool leaving) override;
    bool endless() const noexcept override { return false; }

private:
    void visit(const service::snapshot_entry& next) override;

    choice what_;
    std::unique_ptr<service::snapshot> of_;
    std::unique_ptr<service::snapshot_scan> scan_;  // goes before it
    std::string* out_ = nullptr;                    // of the present fill()
    std::uint64_t count_ = 0;
};

}  // namespace memstore::http
