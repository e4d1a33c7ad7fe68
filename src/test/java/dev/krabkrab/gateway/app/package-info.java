/** Instances of the gateway inside a test's own process. */
@NullMarked
package dev.krabkrab.gateway.app;

import org.jspecify.annotations.NullMarked;
