/**
 * What everything else stands on: the wire, Redis, the cluster, the document. {@code Platform} is
 * what every verticle is given.
 */
@NullMarked
package dev.krabkrab.gateway.platform;

import org.jspecify.annotations.NullMarked;
