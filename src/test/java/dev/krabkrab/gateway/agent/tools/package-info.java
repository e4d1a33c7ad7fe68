/** Tests of counted usage. */
@NullMarked
package dev.krabkrab.gateway.agent.tools;

import org.jspecify.annotations.NullMarked;
