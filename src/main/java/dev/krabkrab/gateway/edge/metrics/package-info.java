/** Metrics of an instance, and their exposition to Prometheus. */
@NullMarked
package dev.krabkrab.gateway.edge.metrics;

import org.jspecify.annotations.NullMarked;
