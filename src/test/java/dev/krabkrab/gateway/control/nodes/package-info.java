/** Tests of the nodes feature. */
@NullMarked
package dev.krabkrab.gateway.control.nodes;

import org.jspecify.annotations.NullMarked;
