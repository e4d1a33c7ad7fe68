/** Tests of what is counted, and a strict reader of what Prometheus would read. */
@NullMarked
package dev.krabkrab.gateway.edge.metrics;

import org.jspecify.annotations.NullMarked;
