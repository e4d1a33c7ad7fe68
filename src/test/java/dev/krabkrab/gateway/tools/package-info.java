/** Tests of counted usage. */
@NullMarked
package dev.krabkrab.gateway.tools;

import org.jspecify.annotations.NullMarked;
