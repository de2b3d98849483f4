#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace memstore::metrics {

/// The content type of what append_text() writes.
inline constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";

/** Appends families in Prometheus's text format 0.0.4, as prometheus::TextSerializer does, which
    Debian has in a shared library only.

    It differs where that breaks the format: in help texts of several lines, and NaN. Labels may
   hold any bytes but must be UTF-8 to be understood. Summaries and untyped metrics are not written:
   there are none here.
*/
void append_text(std::string& out, const std::vector<prometheus::MetricFamily>& families);

}  // namespace memstore::metrics
