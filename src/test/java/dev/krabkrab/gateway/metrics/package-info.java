/** Tests of what is counted, and a strict reader of what Prometheus would read. */
@NullMarked
package dev.krabkrab.gateway.metrics;

import org.jspecify.annotations.NullMarked;
