/** KrabKrab Gateway: one room per feature, carried by a small platform. */
@NullMarked
package dev.krabkrab.gateway;

import org.jspecify.annotations.NullMarked;
