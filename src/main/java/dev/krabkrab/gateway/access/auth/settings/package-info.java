/** What the gateway document says about who may come in, and what must not stand there. */
@NullMarked
package dev.krabkrab.gateway.access.auth.settings;

import org.jspecify.annotations.NullMarked;
