/** Tests of the node room. */
@NullMarked
package dev.krabkrab.gateway.nodes;

import org.jspecify.annotations.NullMarked;
