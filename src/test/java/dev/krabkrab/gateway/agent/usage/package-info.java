/** Tests of counted usage. */
@NullMarked
package dev.krabkrab.gateway.agent.usage;

import org.jspecify.annotations.NullMarked;
