#include "app/yaml_document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

namespace memstore::app {
namespace {

/// Notes where a document begins, and lets all that is in it pass.
class start_of_document final : public YAML::EventHandler {
public:
    const YAML::Mark& mark() const noexcept { return mark_; }

    void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&)
        override {}
    void OnSequenceStart(
        const YAML::Mark&,
        const std::string&,
        YAML::anchor_t,
        YAML::EmitterStyle::value
    ) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(
        const YAML::Mark&,
        const std::string&,
        YAML::anchor_t,
        YAML::EmitterStyle::value
    ) override {}
    void OnMapEnd() override {}

private:
    YAML::Mark mark_;
};

}  // namespace

std::optional<YAML::Mark> second_document(const std::string& text) {
    std::istringstream in{text};
    YAML::Parser parser{in};
    start_of_document first;
    start_of_document second;
    if (!parser.HandleNextDocument(first) || !parser.HandleNextDocument(second)) return {};
    if (second.mark().pos == first.mark().pos) {
        throw YAML::ParserException{second.mark(), "text that belongs to no document"};
    }
    return second.mark();
}

}  // namespace memstore::app
