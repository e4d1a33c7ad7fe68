/** How each instance of the cluster is, as every one of them can tell. */
@NullMarked
package dev.krabkrab.gateway.edge.topology;

import org.jspecify.annotations.NullMarked;
