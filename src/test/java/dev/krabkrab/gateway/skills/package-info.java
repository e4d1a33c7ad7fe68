/** Tests of the skills room. */
@NullMarked
package dev.krabkrab.gateway.skills;

import org.jspecify.annotations.NullMarked;
