#include "metrics/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace memstore::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr int significant_digits = 16;

void append_number(std::string& out, std::uint64_t number) { out += std::to_string(number); }

void append_number(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "NaN";
    } else if (std::isinf(number)) {
        out += number > 0 ? "+Inf" : "-Inf";
    } else {
        std::array<char, 32> text;
        char* const last = text.data() + text.size();
        const auto form = std::chars_format::general;
        const auto end = std::to_chars(text.data(), last, number, form, significant_digits).ptr;
        out.append(text.data(), end);
    }
}

/// @param quotes  whether these are to be escaped, too
void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (c == '"' && quotes)) out += '\\';
        out += c;
    }
}

void append_header(std::string& out, const MetricFamily& one, std::string_view type) {
    if (!one.help.empty()) {
        out.append("# HELP ").append(one.name).append(" ");
        append_escaped(out, one.help, false);
        out += '\n';
    }
    out.append("# TYPE ").append(one.name).append(" ").append(type).append("\n");
}

/// A name with its labels. @param bound  of a bucket; nullptr where it is none
void append_name(
    std::string& out,
    const MetricFamily& of,
    std::string_view suffix,
    const ClientMetric& one,
    const double* bound = nullptr
) {
    out.append(of.name).append(suffix);
    if (one.label.empty() && bound == nullptr) {
        out += ' ';
        return;
    }
    char before = '{';
    for (const ClientMetric::Label& each : one.label) {
        out += before;
        out.append(each.name).append("=\"");
        append_escaped(out, each.value, true);
        out += '"';
        before = ',';
    }
    if (bound != nullptr) {
        out += before;
        out += "le=\"";
        append_number(out, *bound);
        out += '"';
    }
    out += "} ";
}

template <class Number>
void append_sample(
    std::string& out,
    const MetricFamily& of,
    std::string_view suffix,
    const ClientMetric& one,
    Number value
) {
    append_name(out, of, suffix, one);
    append_number(out, value);
    out += '\n';
}

void append_histogram(std::string& out, const MetricFamily& of, const ClientMetric& one) {
    append_sample(out, of, "_count", one, one.histogram.sample_count);
    append_sample(out, of, "_sum", one, one.histogram.sample_sum);
    for (const ClientMetric::Bucket& each : one.histogram.bucket) {
        append_name(out, of, "_bucket", one, &each.upper_bound);
        append_number(out, each.cumulative_count);
        out += '\n';
    }
}

void append_family(std::string& out, const MetricFamily& one) {
    switch (one.type) {
    case MetricType::Counter:
        append_header(out, one, "counter");
        for (const auto& each : one.metric) append_sample(out, one, {}, each, each.counter.value);
        return;
    case MetricType::Gauge:
        append_header(out, one, "gauge");
        for (const auto& each : one.metric) append_sample(out, one, {}, each, each.gauge.value);
        return;
    case MetricType::Histogram:
        append_header(out, one, "histogram");
        for (const auto& each : one.metric) append_histogram(out, one, each);
        return;
    case MetricType::Summary:
    case MetricType::Untyped: return;
    }
}

}  // namespace

void append_text(std::string& out, const std::vector<MetricFamily>& families) {
    for (const MetricFamily& each : families) append_family(out, each);
}

}  // namespace memstore::metrics
