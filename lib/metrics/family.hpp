#pragma once

#include "base/duration_tally.hpp"

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::metrics {

/// What tells one metric of a family from the others.
using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/** One family of metrics, as it is put together: counters, whose names end in `_total`, gauges, or
    histograms of seconds.
*/
class family {
public:
    static family of_counters(std::string name, std::string help);
    static family of_gauges(std::string name, std::string help);
    static family of_durations(std::string name, std::string help);

    family& add(double value, labels whose = {});

    /// Of integers below 2^53, exactly.
    template <class Integer>
    family& add(Integer value, labels whose = {}) {
        return add(static_cast<double>(value), whose);
    }

    family& add(const base::duration_counts& took, labels whose = {});

    prometheus::MetricFamily take() && { return std::move(made_); }

private:
    family(std::string name, std::string help, prometheus::MetricType type);
    prometheus::ClientMetric& add_metric(labels whose);

    prometheus::MetricFamily made_;
};

}  // namespace memstore::metrics
