/** The load generator behind {@code krabkrab bench}: connections, paces, workloads, figures. */
@NullMarked
package dev.krabkrab.gateway.cli.bench;

import org.jspecify.annotations.NullMarked;
