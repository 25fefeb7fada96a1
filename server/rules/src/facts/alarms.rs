//! What the alarms of a stack watch.

use crate::engine::Context;
use crate::facts::scaling_groups::{self, GROUP, POLICY};
use model::{Property, ResourceView, State};

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Detectors, whose alarms name the metric by an expression over the detector.
const DETECTOR: &str = "AWS::CloudWatch::AnomalyDetector";

/// True when an alarm watches a metric of the resource, or may do so: one whose dimensions or expressions are not known, or
/// one of the whole `namespace`. `name` is the property that gives the resource its name.
pub(crate) fn may_watch<'a>(
    resource: &ResourceView<'a>,
    namespace: &str,
    name: &Property<'a>,
    cx: &Context<'_>,
) -> bool {
    let watched = Watched { resource, namespace, name };
    let is_watched = cx.resources_of(ALARM).map(|it| cx.view(it)).any(|it| watched.may_be_watched_by(&it));
    is_watched
        || cx.resources_of(DETECTOR).next().is_some()
        || resource.ty.text == GROUP && scaling_groups::has(resource, POLICY, "AutoScalingGroupName", cx)
}

struct Watched<'w, 'a> {
    resource: &'w ResourceView<'a>,
    namespace: &'w str,
    name: &'w Property<'a>,
}

impl Watched<'_, '_> {
    fn may_be_watched_by(&self, alarm: &ResourceView<'_>) -> bool {
        let metrics = alarm.property("Metrics");
        // One metric, or several of which some make up another.
        if metrics.is_absent() || alarm.property("MetricName").written().is_some() {
            return self.may_be_metric(&alarm.all());
        }
        if !metrics.is_complete() {
            return true;
        }
        metrics.items().iter().any(|it| {
            let expression = it.get("Expression");
            // Metrics Insights and searches find their metrics by themselves.
            let searches = expression.nodes().any(|it| {
                it.as_str().is_none_or(|it| {
                    let text = it.trim_start().to_ascii_uppercase();
                    text.starts_with("SELECT") || text.contains("SEARCH(")
                })
            });
            let is_unknown = expression.cases().iter().any(|it| matches!(it.state, State::Unknown));
            let metric = it.get("MetricStat.Metric");
            searches || is_unknown || (!metric.is_absent() && self.may_be_metric(&metric))
        })
    }

    /// True for a map with `Namespace` and `Dimensions` that speak of the resource.
    fn may_be_metric(&self, metric: &Property<'_>) -> bool {
        let dimensions = metric.get("Dimensions");
        if dimensions.is_absent() {
            return metric.get("Namespace").may_be(self.namespace);
        }
        if !dimensions.is_complete() {
            return true;
        }
        let values: Vec<Property<'_>> = dimensions.items().iter().map(|it| it.get("Value")).collect();
        values.is_empty() && metric.get("Namespace").may_be(self.namespace)
            || values.iter().any(|it| self.may_be_named_by(it))
    }

    fn may_be_named_by(&self, value: &Property<'_>) -> bool {
        let targets = value.targets();
        if targets.iter().any(|it| it.text == self.resource.key) {
            return true;
        }
        // What names another resource or a parameter does not mean this one, unless its own name says so.
        let is_unknown = value.cases().iter().any(|it| matches!(it.state, State::Unknown));
        let is_named = self.name.may_be_set();
        match value.as_str() {
            Some(text) => is_named && self.name.may_be(text),
            None => is_unknown && targets.is_empty() || is_named && self.name.as_str().is_none(),
        }
    }
}
