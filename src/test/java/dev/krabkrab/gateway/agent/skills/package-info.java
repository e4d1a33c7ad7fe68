/** Tests of the skills room. */
@NullMarked
package dev.krabkrab.gateway.agent.skills;

import org.jspecify.annotations.NullMarked;
