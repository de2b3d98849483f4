#include "metrics/family.hpp"

#include <chrono>
#include <cstdint>
#include <limits>

namespace memstore::metrics {
namespace {

using seconds = std::chrono::duration<double>;

}  // namespace

family::family(std::string name, std::string help, prometheus::MetricType type)
    : made_{std::move(name), std::move(help), type, {}} {}

family family::of_counters(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Counter};
}

family family::of_gauges(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Gauge};
}

family family::of_durations(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Histogram};
}

family& family::add(double value, labels whose) {
    prometheus::ClientMetric& one = add_metric(whose);
    (made_.type == prometheus::MetricType::Counter ? one.counter.value : one.gauge.value) = value;
    return *this;
}

family& family::add(const base::duration_counts& took, labels whose) {
    prometheus::ClientMetric& one = add_metric(whose);
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < took.counts.size(); ++at) {
        count += took.counts[at];
        const bool bounded = at < base::duration_counts::bounds.size();
        one.histogram.bucket.push_back(
            {count,
             bounded ? seconds{base::duration_counts::bounds[at]}.count()
                     : std::numeric_limits<double>::infinity()}
        );
    }
    one.histogram.sample_count = count;
    one.histogram.sample_sum = seconds{took.sum}.count();
    return *this;
}

prometheus::ClientMetric& family::add_metric(labels whose) {
    prometheus::ClientMetric& one = made_.metric.emplace_back();
    for (const auto& [name, value] : whose) {
        one.label.push_back({std::string{name}, std::string{value}});
    }
    return one;
}

}  // namespace memstore::metrics
