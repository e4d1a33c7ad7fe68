/** Tests of health and status. */
@NullMarked
package dev.krabkrab.gateway.edge.health;

import org.jspecify.annotations.NullMarked;
