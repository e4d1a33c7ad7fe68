/** Browsers on nodes, asked through the gateway. */
@NullMarked
package dev.krabkrab.gateway.browser;

import org.jspecify.annotations.NullMarked;
