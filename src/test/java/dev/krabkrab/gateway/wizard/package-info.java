/** Tests of the dialogue. */
@NullMarked
package dev.krabkrab.gateway.wizard;

import org.jspecify.annotations.NullMarked;
