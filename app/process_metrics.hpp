#pragma once

/// The `process_*` metrics that every Prometheus client library offers, read from /proc at each
/// scrape.

#include <vector>

#include <prometheus/collectable.h>

namespace app {

class process_metrics final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace app
