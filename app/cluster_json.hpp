#pragma once

#include "app/cluster_control.hpp"
#include "cluster/advice.hpp"
#include "cluster/figures.hpp"

#include <string>

namespace memstore::app {

/// Appends what GET /v1/cluster answers.
void append_figures(
    std::string& out,
    const cluster::cluster_figures& all,
    const cluster::advice& advised
);

/// Appends what a change of the layout came to.
void append_change(std::string& out, const layout_changed& done);

}  // namespace memstore::app
