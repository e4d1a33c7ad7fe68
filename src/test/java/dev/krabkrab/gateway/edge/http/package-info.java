/** Tests of plain HTTP: probes and metrics. */
@NullMarked
package dev.krabkrab.gateway.edge.http;

import org.jspecify.annotations.NullMarked;
