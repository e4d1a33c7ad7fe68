/** What an instance counts about itself, and how Prometheus reads it. */
@NullMarked
package dev.krabkrab.gateway.edge.metrics;

import org.jspecify.annotations.NullMarked;
