/**
 * Nodes: who is connected where, which commands they may be sent, and the way of an invoke to them.
 */
@NullMarked
package dev.krabkrab.gateway.control.nodes;

import org.jspecify.annotations.NullMarked;
