/** Composition: builds the objects, deploys the verticles, runs the shutdown order. */
@NullMarked
package dev.krabkrab.gateway.app;

import org.jspecify.annotations.NullMarked;
