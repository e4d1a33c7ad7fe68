/** Tests of files and what is in them. */
@NullMarked
package dev.krabkrab.gateway.agent.media;

import org.jspecify.annotations.NullMarked;
