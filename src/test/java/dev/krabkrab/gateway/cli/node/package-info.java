/** Tests of the node host. */
@NullMarked
package dev.krabkrab.gateway.cli.node;

import org.jspecify.annotations.NullMarked;
