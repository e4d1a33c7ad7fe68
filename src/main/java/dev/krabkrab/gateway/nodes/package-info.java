/** Nodes: who is connected where, what they may be asked, and the way of an invoke to them. */
@NullMarked
package dev.krabkrab.gateway.nodes;

import org.jspecify.annotations.NullMarked;
