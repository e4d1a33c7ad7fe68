/** Tests of counted usage. */
@NullMarked
package dev.krabkrab.gateway.usage;

import org.jspecify.annotations.NullMarked;
