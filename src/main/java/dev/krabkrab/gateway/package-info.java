/** KrabKrab Gateway: a platform, and on it access, control, agents, channels and the edge. */
@NullMarked
package dev.krabkrab.gateway;

import org.jspecify.annotations.NullMarked;
